import { createServer, type Server } from "node:http";
import { koaMetrics, setRoute } from "@exporterkit/client/koa";
import Koa, { type Middleware } from "koa";
import { measuredByHand } from "./by-hand.ts";
import { hello, type Variants } from "./server.ts";

export const variants: Variants = {
  bare: async () => serverWith(),
  exporterkit: async () => serverWith(koaMetrics()),
  async "prom-client by hand"() {
    const measure = measuredByHand();
    return serverWith((context, next) => {
      measure(context.req, context.res);
      return next();
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
