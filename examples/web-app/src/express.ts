// Hello world on Express, with its metrics beside it on the same port.
import { expressMetrics } from "@exporterkit/client/express";
import express from "express";
import { Pages } from "./pages.ts";

const pages = new Pages();

const app = express();
app.use(expressMetrics());
app.get("/", async (_request, response) => void response.send(await pages.hello()));
app.get("/users/:name", async (request, response) => void response.send(await pages.hello(request.params.name)));

const server = app.listen(Number(process.env["PORT"] ?? 8080), () => console.log(server.address()));
