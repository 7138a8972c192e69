// Hello world on Koa, with its metrics beside it on the same port.
import { koaMetrics } from "@exporterkit/client/koa";
import Router from "@koa/router";
import Koa from "koa";
import { Pages } from "./pages.ts";

const pages = new Pages();

const router = new Router();
router.get("/", async (context) => void (context.body = await pages.hello()));
router.get("/users/:name", async (context) => void (context.body = await pages.hello(context.params["name"])));

const app = new Koa();
app.use(koaMetrics());
app.use(router.routes());

const server = app.listen(Number(process.env["PORT"] ?? 8080), () => console.log(server.address()));
