// Hello world on node:http, with its metrics beside it on the same port.
import { createServer } from "node:http";
import { httpMetrics, setRoute } from "@exporterkit/client/http";
import { Pages } from "./pages.ts";

const pages = new Pages();

const server = createServer(
  httpMetrics(async (request, response) => {
    const user = /^\/users\/(?<name>[^/?]+)$/.exec(request.url ?? "")?.groups?.["name"];
    if (request.url === "/") {
      setRoute(request, "/");
      response.end(await pages.hello());
    } else if (user !== undefined) {
      setRoute(request, "/users/:name");
      response.end(await pages.hello(user));
    } else {
      response.writeHead(404).end("Not found\n");
    }
  }),
);
server.listen(Number(process.env["PORT"] ?? 8080), () => console.log(server.address()));
