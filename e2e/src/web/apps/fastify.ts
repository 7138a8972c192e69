import { fastifyMetrics } from "@exporterkit/client/fastify";
import fastify from "fastify";
import { type AppOptions, hello, tellReached, type WebApp } from "../web-app.ts";
import { urlOf } from "./listen.ts";

/** On Fastify, with a plugin that has a prefix and another one in it. */
export async function startFastify(options: AppOptions): Promise<WebApp> {
  const app = fastify({ forceCloseConnections: true });
  await app.register(fastifyMetrics, options);
  const fails = (): never => {
    throw new Error("failed");
  };
  app.get("/", () => hello);
  app.get("/users/:id", () => "user");
  app.post("/users/:id", () => "user");
  app.get("/fails", fails);
  app.get("/rejects", async () => await Promise.reject(new Error("rejected")));
  app.get("/waits", (_request, reply) => {
    reply.hijack();
    tellReached();
  });
  app.get("/streams", (_request, reply) => {
    reply.hijack();
    reply.raw.writeHead(200).write("some");
    tellReached();
  });
  await app.register(
    async (team) => {
      await team.register(async (members) => void members.get("/:member", () => "member"), { prefix: "/members" });
      team.get("/fails", fails);
    },
    { prefix: "/teams/:team" },
  );
  await app.listen({ port: 0, host: "127.0.0.1" });
  return { url: urlOf(app.server), stop: () => app.close() };
}
