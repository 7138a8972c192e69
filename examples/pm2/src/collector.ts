// Serves the metrics of all workers that PM2 runs on http://localhost:9999/metrics.
import { createServer } from "node:http";
import { collectWorkers } from "@exporterkit/client/cluster";

const workers = await collectWorkers({ path: process.env["EXPORTERKIT_METRICS_SOCKET"] });

const server = createServer(async (request, response) => {
  const { contentType, body } = await workers.registry.expose({ accept: request.headers.accept });
  response.setHeader("Content-Type", contentType).end(body);
});
server.listen(Number(process.env["METRICS_PORT"] ?? 9999), () => console.log("Serving metrics on", server.address()));
