// Hello world on Hono, with its metrics beside it on the same port.
import { measureHono } from "@exporterkit/client/hono";
import { serve } from "@hono/node-server";
import { Hono } from "hono";
import { hello } from "./wrapped-pages.ts";

const app = measureHono(new Hono());
app.get("/", async (context) => context.text(await hello()));
app.get("/users/:name", async (context) => context.text(await hello(context.req.param("name"))));

serve({ fetch: app.fetch, port: Number(process.env["PORT"] ?? 8080) }, (address) => console.log(address));
