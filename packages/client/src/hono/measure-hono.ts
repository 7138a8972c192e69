import type { Context, Hono } from "hono";
import { setUpHttpMetrics } from "../http/http-metrics-set-up.ts";
import type { NodeExchange } from "../http/node-requests.ts";
import type { HttpMetricsOptions } from "../http/request-metrics-options.ts";
import { middleware } from "./hono-metrics.ts";
import { measureOnNode, nodeExchange } from "./hono-requests.ts";

type Router = Hono["router"];
type Matched = ReturnType<Router["match"]>;
type Handler = Matched[0][number][0][0];

/** An application of Hono, as far as it matters here. */
export interface HonoApplication {
  router: Router;
  fetch: (request: Request, env?: object, executionContext?: Context["executionCtx"]) => Response | Promise<Response>;
}

/**
 * Measures the requests of an application of Hono, and serves the metrics beside it. Returns the application.
 *
 * ```ts
 * const app = measureHono(new Hono());
 * app.get("/users/:id", (c) => c.text("Hello"));
 * serve({ fetch: app.fetch });
 * ```
 *
 * It counts what the middleware `honoMetrics()` does, whether it is called before or after routes are declared. Hono calls a
 * lone handler in a faster way than one behind middleware, and with `@hono/node-server` goes on doing so: that alone is worth
 * as much as the measuring costs. A `fetch` that was read from the application before the call takes the slower way. Throws a
 * `MetricsError` if an option is invalid.
 */
export function measureHono<App extends HonoApplication>(app: App, options: HttpMetricsOptions<Context> = {}): App {
  const metrics = setUpHttpMetrics(options);
  const { requests, served } = metrics;
  const behindMiddleware = behind(middleware(metrics));
  const { fetch, router } = app;
  // Hono matches a request before it waits for anything: what is matched next is what comes in now.
  let coming: NodeExchange | undefined;

  app.fetch = (request, env, executionContext) => {
    coming = nodeExchange(env);
    try {
      return fetch(request, env, executionContext);
    } finally {
      coming = undefined;
    }
  };
  app.router = {
    get name() {
      return router.name;
    },
    add: (method, path, handler) => router.add(method, path, handler),
    match(method, path) {
      const node = coming;
      coming = undefined;
      const matched = router.match(method, path);
      if (node === undefined || path === served?.path || matched[0].length === 0) return behindMiddleware(matched);
      if (!requests.includes(path)) return matched;
      return withFirst(matched, (first) => (context, next) => {
        measureOnNode(requests, node, context);
        return first(context, next);
      });
    },
  };
  return app;
}

/** What was matched, with a handler in the place of the first. */
function withFirst(matched: Matched, replaced: (first: Handler) => Handler): Matched {
  const handlers = matched[0].slice();
  const [[first, route], parameters] = handlers[0]!;
  handlers[0] = [[replaced(first), route], parameters] as Matched[0][number];
  return [handlers, matched[1]] as Matched;
}

/** What was matched, with middleware before it. */
function behind(handler: Handler): (matched: Matched) => Matched {
  const first = [[handler, { basePath: "/", path: "/*", method: "ALL", handler }], {}];
  return (matched) => [[first, ...matched[0]], matched[1]] as Matched;
}
