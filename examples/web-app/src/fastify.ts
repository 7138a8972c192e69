// Hello world on Fastify, with its metrics beside it on the same port.
import { fastifyMetrics } from "@exporterkit/client/fastify";
import { fastify } from "fastify";
import { hello } from "./wrapped-pages.ts";

const app = fastify();
await app.register(fastifyMetrics);
app.get("/", () => hello());
app.get<{ Params: { name: string } }>("/users/:name", ({ params }) => hello(params.name));

await app.listen({ port: Number(process.env["PORT"] ?? 8080) });
console.log(app.server.address());
