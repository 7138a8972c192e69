import { once } from "node:events";
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import { honoMetrics } from "@exporterkit/client/hono";
import { serve } from "@hono/node-server";
import { Hono, type MiddlewareHandler } from "hono";
import { measuredByHand } from "./by-hand.ts";
import { hello, type Variants } from "./server.ts";

export const variants: Variants = {
  bare: () => serverWith(),
  exporterkit: () => serverWith(honoMetrics()),
  async "prom-client by hand"() {
    const measure = measuredByHand();
    return await serverWith((context, next) => {
      const { incoming, outgoing } = context.env as { incoming: IncomingMessage; outgoing: ServerResponse };
      measure(incoming, outgoing);
      return next();
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
