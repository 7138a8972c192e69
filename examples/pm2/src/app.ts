// A web server on http://localhost:8080 that PM2 runs on every core.
import { createServer } from "node:http";
import { Counter } from "@exporterkit/client";
import { reportMetrics } from "@exporterkit/client/cluster";

const requests = new Counter({ name: "http_requests_total", help: "Requests served.", labelNames: ["method"] });
const reporter = reportMetrics();

const server = createServer((request, response) => {
  requests.inc({ method: request.method ?? "" });
  response.end(`Hello from process ${process.pid}\n`);
});
server.listen(Number(process.env["PORT"] ?? 8080), () => console.log("Serving pages on", server.address()));

// With SIGINT PM2 stops a worker, and reloads it.
process.once("SIGINT", () => {
  server.close();
  server.closeIdleConnections();
  void reporter.flush().then(() => process.exit());
});
