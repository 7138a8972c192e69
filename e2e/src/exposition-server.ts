import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { Registry } from "@exporterkit/client";

/** A server of one registry's metrics. */
export interface ExpositionServer {
  /** `host:port`, as Prometheus takes it. */
  readonly target: string;
  /** The Content-Types that it answered with. */
  readonly answered: ReadonlySet<string>;
  stop(): Promise<void>;
}

/** Serves a registry's metrics at every path, in the format that each request asks for, or in that of `accept`. */
export async function serveRegistry(registry: Registry, accept?: string): Promise<ExpositionServer> {
  const answered = new Set<string>();
  const server = createServer((request, response) => {
    void registry.expose({ accept: accept ?? request.headers.accept }).then(({ contentType, body }) => {
      answered.add(contentType);
      return response.setHeader("Content-Type", contentType).end(body);
    });
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    target: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    answered,
    async stop() {
      server.close();
      server.closeAllConnections();
      await once(server, "close");
    },
  };
}
