import { createServer, type Server } from "node:http";
import { expressMetrics } from "@exporterkit/client/express";
import express, { type RequestHandler } from "express";
import promBundle from "express-prom-bundle";
import { hello, type Variants } from "./server.ts";

export const variants: Variants = {
  bare: async () => serverWith(),
  exporterkit: async () => serverWith(expressMetrics()),
  "express-prom-bundle": async () =>
    serverWith(promBundle({ includeMethod: true, includePath: true, includeStatusCode: true })),
};

function serverWith(...middleware: RequestHandler[]): Server {
  const app = express();
  for (const one of middleware) app.use(one);
  app.get("/", (_request, response) => void response.send(hello));
  return createServer(app);
}
