import { once } from "node:events";
import type { Server } from "node:http";
import { honoMetrics, measureHono } from "@exporterkit/client/hono";
import { serve } from "@hono/node-server";
import { Hono } from "hono";
import { metricsByHand } from "./by-hand.ts";
import { hello, type Variants } from "./server.ts";

export const variants: Variants = {
  bare: () => serverOf(new Hono()),
  exporterkit: () => serverOf(measureHono(new Hono())),
  "exporterkit as middleware": () => serverOf(new Hono().use(honoMetrics())),
  async "prom-client by hand"() {
    const { duration, inFlight } = metricsByHand();
    const measured = new Hono().use(async (context, next) => {
      inFlight.inc();
      const end = duration.startTimer();
      try {
        await next();
      } finally {
        inFlight.dec();
        end({ method: context.req.method, route: "/", status: context.res.status });
      }
    });
    return await serverOf(measured);
  },
};

async function serverOf(app: Hono): Promise<Server> {
  app.get("/", (context) => context.text(hello));
  const server = serve({ fetch: app.fetch, port: 0, hostname: "127.0.0.1" }) as Server;
  if (!server.listening) await once(server, "listening");
  return server;
}
