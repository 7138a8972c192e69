import type { Server } from "node:http";
import { once } from "node:events";
import { honoMetrics, measureHono } from "@exporterkit/client/hono";
import { serve } from "@hono/node-server";
import { Hono } from "hono";
import { type AppOptions, fails, hello, tellReached, type WebApp } from "../web-app.ts";
import { urlOf } from "./listen.ts";

/** On Hono, with applications in applications, measured by middleware or from outside. */
export async function startHono(way: "middleware" | "measureHono", options: AppOptions): Promise<WebApp> {
  const app = new Hono();
  if (way === "middleware") app.use(honoMetrics(options));
  else measureHono(app, options);
  app.use("/teams/*", async (_context, next) => await next());
  app.onError((_error, context) => context.text("Sorry", 500));
  app.get("/", (context) => context.text(hello));
  app.get("/users/:id", (context) => context.text("user"));
  app.post("/users/:id", (context) => context.text("user"));
  app.get("/fails", fails);
  app.get("/rejects", () => Promise.reject(new Error("rejected")));
  app.get("/waits", () => {
    tellReached();
    return new Promise<Response>(() => {});
  });
  app.get("/streams", () => {
    tellReached();
    return new Response(
      new ReadableStream({ start: (controller) => controller.enqueue(new TextEncoder().encode("some")) }),
    );
  });
  const members = new Hono().get("/:member", (context) => context.text("member"));
  const team = new Hono().route("/members", members).get("/fails", fails);
  app.route("/teams/:team", team);
  const server = serve({ fetch: app.fetch, port: 0, hostname: "127.0.0.1" }) as Server;
  if (!server.listening) await once(server, "listening");
  return { url: urlOf(server), stop: async () => server.close().closeAllConnections() };
}
