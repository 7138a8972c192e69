import { createServer, type Server } from "node:http";
import { koaMetrics, setRoute } from "@exporterkit/client/koa";
import Koa, { type Middleware } from "koa";
import { metricsByHand } from "./by-hand.ts";
import { hello, type Variants } from "./server.ts";

export const variants: Variants = {
  bare: async () => serverWith(),
  exporterkit: async () => serverWith(koaMetrics()),
  async "prom-client by hand"() {
    const { duration, inFlight } = metricsByHand();
    return serverWith(async (context, next) => {
      inFlight.inc();
      const end = duration.startTimer();
      try {
        await next();
      } finally {
        inFlight.dec();
        end({ method: context.method, route: "/", status: context.status });
      }
    });
  },
};

function serverWith(...middleware: Middleware[]): Server {
  const app = new Koa();
  for (const one of middleware) app.use(one);
  app.use((context) => {
    setRoute(context, "/");
    context.body = hello;
  });
  return createServer(app.callback());
}
