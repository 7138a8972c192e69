import { createRequire } from "node:module";
import { createServer } from "node:http";
import { setImmediate } from "node:timers/promises";
import { expressMetrics } from "@exporterkit/client/express";
import type { Express } from "express";
import { type AppOptions, hello, tellReached, type WebApp } from "../web-app.ts";
import { listen } from "./listen.ts";

const require = createRequire(import.meta.url);

/** On Express 4 or 5, with an error handler of the application's own. */
export async function startExpress(name: "express" | "express4", options: AppOptions): Promise<WebApp> {
  const express = require(name) as typeof import("express");
  const app: Express = express();
  app.use(expressMetrics(options));
  app.use(express.json());
  app.get("/", (_request, response) => void response.send(hello));
  app.get("/users/:id", (request, response) => void response.send(request.params.id));
  app.post("/users/:id", (request, response) => void response.send(request.params.id));
  app.get("/fails", () => {
    throw new Error("failed");
  });
  app.get("/rejects", async (_request, _response, next) => {
    await setImmediate();
    next(new Error("rejected"));
  });
  app.get("/waits", tellReached);
  app.get("/streams", (_request, response) => {
    response.write("some");
    tellReached();
  });

  const members = express.Router();
  members.get("/:member", (request, response) => void response.send(request.params.member));
  const team = express();
  team.use("/members", members);
  team.get("/fails", () => {
    throw new Error("failed");
  });
  app.use("/teams/:team", team);
  const handler: import("express").ErrorRequestHandler = (_error, _request, response, _next) => {
    response.status(500).send("Sorry");
  };
  app.use(handler);
  return await listen(createServer(app));
}
