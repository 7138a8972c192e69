// The same cluster with a primary that collects, and serves what it has collected.
import { createServer } from "node:http";
import { collectWorkers } from "@exporterkit/client/cluster";

const workers = await collectWorkers();
const server = createServer(async (request, response) => {
  const { contentType, body } = await workers.registry.expose({ accept: request.headers.accept });
  response.setHeader("Content-Type", contentType).end(body);
});
server.listen(0, "127.0.0.1", () => process.send({ port: server.address().port }));
process.on("disconnect", () => process.exit());
await import("./foreign-primary.js");
