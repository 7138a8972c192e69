import type { Server } from "node:http";
import { fastifyMetrics } from "@exporterkit/client/fastify";
import fastify, { type FastifyInstance } from "fastify";
import peer from "fastify-metrics";
import { hello, type Variants } from "./server.ts";

export const variants: Variants = {
  bare: () => serverWith(async () => {}),
  exporterkit: () => serverWith(async (app) => await app.register(fastifyMetrics)),
  "fastify-metrics": () => serverWith(async (app) => await app.register(peer.default, { endpoint: "/metrics" })),
};

async function serverWith(metrics: (app: FastifyInstance) => Promise<unknown>): Promise<Server> {
  const app = fastify();
  await metrics(app);
  app.get("/", () => hello);
  await app.listen({ port: 0, host: "127.0.0.1" });
  return app.server;
}
