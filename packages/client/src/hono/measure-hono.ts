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
 * It counts what the middleware `honoMetrics()` does, wherever routes and other middleware are declared. Hono calls a handler
 * without middleware in a faster way, which this leaves open with `@hono/node-server`: what middleware costs is more than
 * what measuring does. Read `app.fetch` after the call; what was read before takes the slower way. Throws a `MetricsError` if an
 * option is invalid.
 */
export function measureHono<App extends HonoApplication>(app: App, options: HttpMetricsOptions<Context> = {}): App {
  const metrics = setUpHttpMetrics(options);
  const { requests, served } = metrics;
  const handler = middleware(metrics);
  const behindMiddleware = behind(handler);
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
  const [handlers, ...stash] = matched;
  const [[[first, route], parameters], ...others] = handlers as [Matched[0][number], ...Matched[0]];
  return [[[[replaced(first), route], parameters], ...others], ...stash] as Matched;
}

/** What was matched, with middleware before it. */
function behind(handler: Handler): (matched: Matched) => Matched {
  const first = [[handler, { basePath: "/", path: "/*", method: "ALL", handler }], {}];
  return ([handlers, ...stash]) => [[first, ...handlers], ...stash] as Matched;
}
