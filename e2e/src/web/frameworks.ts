import { startExpress } from "./apps/express.ts";
import { startFastify } from "./apps/fastify.ts";
import { startHono } from "./apps/hono.ts";
import { startKoa } from "./apps/koa.ts";
import { startNest } from "./apps/nest.ts";
import type { AppOptions, WebApp } from "./web-app.ts";

/** The same application on each framework. */
export const frameworks: readonly [name: string, start: (options: AppOptions) => Promise<WebApp>][] = [
  ["Express 5", (options) => startExpress("express", options)],
  ["Express 4", (options) => startExpress("express4", options)],
  ["Fastify", startFastify],
  ["Koa", startKoa],
  ["Hono with middleware", (options) => startHono("middleware", options)],
  ["Hono measured from outside", (options) => startHono("measureHono", options)],
  ["Nest on Express", (options) => startNest("Express", options)],
  ["Nest on Fastify", (options) => startNest("Fastify", options)],
];
