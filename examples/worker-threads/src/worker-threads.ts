// A program that works in threads, and exposes the metrics of all of them as one on http://localhost:9999.
import { createServer } from "node:http";
import { Worker } from "node:worker_threads";
import { collectThreads } from "@exporterkit/client/worker-threads";

const threads = collectThreads();
for (let i = 0; i < 4; i++) start();

/** Starts a thread, and another in its place when it ends; what it has counted stays. */
function start(): void {
  new Worker(new URL("hashing-thread.js", import.meta.url)).once("exit", start);
}

const server = createServer(async (_request, response) => {
  response.setHeader("Content-Type", threads.registry.contentType).end(await threads.registry.metrics());
});
server.listen(Number(process.env["PORT"] ?? 9999), () => console.log("Serving metrics on", server.address()));
