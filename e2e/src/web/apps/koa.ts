import { createServer } from "node:http";
import { koaMetrics } from "@exporterkit/client/koa";
import Router from "@koa/router";
import Koa from "koa";
import { type AppOptions, hello, tellReached, type WebApp } from "../web-app.ts";
import { listen } from "./listen.ts";

/** On Koa, with routers in routers. */
export async function startKoa(options: AppOptions): Promise<WebApp> {
  const app = new Koa();
  app.silent = true;
  app.use(koaMetrics(options));
  const router = new Router();
  const fails = (): never => {
    throw new Error("failed");
  };
  router.get("/", (context) => void (context.body = hello));
  router.get("/users/:id", (context) => void (context.body = "user"));
  router.post("/users/:id", (context) => void (context.body = "user"));
  router.get("/fails", fails);
  router.get("/rejects", () => Promise.reject(new Error("rejected")));
  router.get("/waits", (context) => {
    context.respond = false;
    tellReached();
  });
  router.get("/streams", (context) => {
    context.respond = false;
    context.res.writeHead(200).write("some");
    tellReached();
  });
  const members = new Router();
  members.get("/:member", (context) => void (context.body = "member"));
  const team = new Router();
  team.use("/members", members.routes());
  team.get("/fails", fails);
  router.use("/teams/:team", team.routes());
  app.use(router.routes()).use(router.allowedMethods());
  return await listen(createServer(app.callback()));
}
