import { once } from "node:events";
import type { ServerResponse } from "node:http";
import { createServer, type Server } from "node:https";
import type { Pair } from "../certificates.ts";
import { type FakeAccess, may } from "./fake-access.ts";
import type { FakeCluster } from "./fake-cluster.ts";

/** What a kubelet tells of the pods on its node at `/metrics/resource`. */
export function resourceMetrics(cluster: FakeCluster, node: string): string {
  const families = [
    ["container_cpu_usage_seconds_total", "counter", "cpuSeconds"],
    ["container_memory_working_set_bytes", "gauge", "memory"],
    ["container_start_time_seconds", "gauge", "started"],
  ] as const;
  const lines = families.flatMap(([name, type, field]) => [
    `# HELP ${name} [STABLE] What it is`,
    `# TYPE ${name} ${type}`,
    ...Array.from(cluster.counters, ([path, counter]) => {
      const [namespace, pod, container] = path.split("/");
      if (cluster.pods.get(`${namespace}/${pod}`)?.spec?.["nodeName"] !== node) return [];
      const labels = `container="${container}",namespace="${namespace}",pod="${pod}"`;
      return [`${name}{${labels}} ${counter[field]} ${counter.at * 1000}`];
    }).flat(),
  ]);
  return [
    ...lines,
    "# HELP scrape_error [ALPHA] 1 if there was an error",
    "# TYPE scrape_error gauge",
    "scrape_error 0",
    "",
  ].join("\n");
}

function goOn(response: ServerResponse): void {
  const timer = setInterval(() => response.write("# and so on\n"), 20);
  response.on("close", () => clearInterval(timer));
}

/** The server of a node, which asks the API server who may read its metrics. */
export class FakeKubelet {
  /** Whether it answers. */
  isBroken = false;
  /** Whether its answers never end, though they are never silent for long. */
  isEndless = false;
  readonly #server: Server;

  constructor(pair: Pair, access: FakeAccess, text: () => string) {
    this.#server = createServer({ ...pair }, (request, response) => {
      const user = access.userOf(request.headers.authorization);
      if (this.isBroken) return void response.destroy();
      if (user === undefined) return void response.writeHead(401).end("Unauthorized");
      if (request.url !== "/metrics/resource") return void response.writeHead(404).end("404 page not found\n");
      if (!may(user, "get", "nodes/metrics", undefined)) {
        return void response
          .writeHead(403)
          .end(`Forbidden (user=${user.name}, verb=get, resource=nodes, subresource(s)=[metrics])`);
      }
      response.writeHead(200, { "Content-Type": "text/plain; version=0.0.4" });
      return this.isEndless ? goOn(response) : void response.end(text());
    });
  }

  /** Listens on an address of this machine. Resolves to the port. */
  async listen(address: string, port = 0): Promise<number> {
    this.#server.listen(port, address);
    await once(this.#server, "listening");
    return (this.#server.address() as { port: number }).port;
  }

  async stop(): Promise<void> {
    this.#server.close();
    this.#server.closeAllConnections();
    await once(this.#server, "close");
  }
}
