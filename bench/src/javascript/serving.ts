import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { once } from "node:events";
import type { Answer, HttpWork } from "../work.ts";
import { changing } from "./changes.ts";
import type { Library } from "./library.ts";

/** Serves scrapes, and answers the port. */
export async function serving(library: Library, { series, fixed }: HttpWork): Promise<() => Answer> {
  const registry = library.registry();
  const change = changing(registry, { metric: "counter", series, values: "integers", changed: 0.01 });
  const respond = fixed
    ? fixedResponse(await registry.expose("text"))
    : (response: ServerResponse) => void registry.respond!(response);
  const server = createServer((_request, response) => {
    change();
    respond(response);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return () => ({ port });
}

/** As many bytes from one buffer: what the kernel and `node:http` take to send them. */
function fixedResponse(length: number): (response: ServerResponse) => void {
  const body = Buffer.alloc(length, "#");
  return (response) => {
    response.writeHead(200, { "content-type": "text/plain; version=0.0.4; charset=utf-8", "content-length": length });
    response.end(body);
  };
}
