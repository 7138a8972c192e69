import { once } from "node:events";
import type { Server } from "node:http";
import { honoMetrics } from "@exporterkit/client/hono";
import { serve } from "@hono/node-server";
import { Hono, type MiddlewareHandler } from "hono";
import { metricsByHand } from "./by-hand.ts";
import { hello, type Variants } from "./server.ts";

export const variants: Variants = {
  bare: () => serverWith(),
  exporterkit: () => serverWith(honoMetrics()),
  async "prom-client by hand"() {
    const { duration, inFlight } = metricsByHand();
    return await serverWith(async (context, next) => {
      inFlight.inc();
      const end = duration.startTimer();
      try {
        await next();
      } finally {
        inFlight.dec();
        end({ method: context.req.method, route: "/", status: context.res.status });
      }
    });
  },
};

async function serverWith(...middleware: MiddlewareHandler[]): Promise<Server> {
  const app = new Hono();
  for (const one of middleware) app.use(one);
  app.get("/", (context) => context.text(hello));
  const server = serve({ fetch: app.fetch, port: 0, hostname: "127.0.0.1" }) as Server;
  if (!server.listening) await once(server, "listening");
  return server;
}
