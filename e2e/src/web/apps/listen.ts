import { once } from "node:events";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { WebApp } from "../web-app.ts";

/** Has a server listen on a port of the system's choice. */
export async function listen(server: Server): Promise<WebApp> {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return { url: urlOf(server), stop: async () => server.close().closeAllConnections() };
}

export function urlOf(server: Pick<Server, "address">): string {
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
