// A web server on every core, http://localhost:8080, with the metrics of all its processes together on
// http://localhost:9999/metrics. A worker that is killed is replaced, and what it had counted is kept.
import cluster from "node:cluster";
import { createServer } from "node:http";
import { availableParallelism } from "node:os";
import { Counter, Histogram } from "@exporterkit/client";
import { collectWorkers, reportMetrics } from "@exporterkit/client/cluster";

if (cluster.isPrimary) await collect();
else serve();

/** What the primary does: it starts the workers, replaces those that end, and serves the metrics of all. */
async function collect(): Promise<void> {
  const workers = await collectWorkers();
  const size = Number(process.env["WORKERS"] ?? availableParallelism());
  for (let i = 0; i < size; i++) cluster.fork();
  cluster.on("exit", () => void cluster.fork());
  cluster.once("listening", (_worker, { port }) => console.log(`Serving pages on http://localhost:${port}/`));

  const server = createServer(async (request, response) => {
    const { contentType, body } = await workers.registry.expose({ accept: request.headers.accept });
    response.setHeader("Content-Type", contentType).end(body);
  });
  const port = Number(process.env["METRICS_PORT"] ?? 9999);
  server.listen(port, () => console.log("Serving metrics on", server.address()));

  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.once(signal, () => {
      cluster.removeAllListeners("exit");
      cluster.disconnect(() => process.exit());
    });
  }
}

/** What a worker does: it serves pages, counts them and reports. */
function serve(): void {
  const requests = new Counter({ name: "http_requests_total", help: "Requests served.", labelNames: ["method"] });
  const seconds = new Histogram({ name: "http_request_duration_seconds", help: "Time that a request took." });
  const served = new Counter({ name: "worker_requests_total", help: "Requests by worker.", aggregation: "perWorker" });
  reportMetrics();

  const server = createServer((request, response) => {
    const stop = seconds.startTimer();
    response.on("finish", stop);
    requests.inc({ method: request.method ?? "" });
    served.inc();
    response.end(`Hello from process ${process.pid}\n`);
  });
  server.listen(Number(process.env["PORT"] ?? 8080));
}
