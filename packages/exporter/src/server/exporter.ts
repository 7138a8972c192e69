import type { IncomingMessage, ServerResponse } from "node:http";
import { collectDefaultMetrics, Gauge, Registry } from "@exporterkit/client";
import { ExporterError } from "../exporter-error.ts";
import { type Logger, silentLogger } from "../logger.ts";
import type { Collector } from "../scrape/collector.ts";
import { collect } from "../scrape/pipeline.ts";
import { version } from "../version.ts";
import { formatAddress, parseAddress, urlOf } from "./address.ts";
import { scrapeSignal } from "./deadline.ts";
import { HttpServer } from "./http-server.ts";
import { landingPage } from "./landing-page.ts";
import { type Answer, answer, makeRoutes } from "./routes.ts";

/** How an exporter is set up. */
export interface ExporterOptions {
  /** The sources of its metrics. */
  readonly collectors: readonly Collector[];
  /** `host:port`, `:port` or `[v6]:port`; port 0 lets the operating system choose. */
  readonly listenAddress: string;
  /** The path of the metrics. Default: `/metrics`. */
  readonly telemetryPath?: string;
  /** What the landing page calls the exporter. Default: `ExporterKit`. */
  readonly title?: string;
  /** Metrics of the exporter itself. Default: a registry with the metrics of its process and runtime. */
  readonly registry?: Registry;
  /** How many scrapes may run at a time; one more is answered 503. Default: 40. */
  readonly maxScrapes?: number;
  /** Where it reports what happens. Default: nowhere. */
  readonly logger?: Logger;
}

/** An exporter that serves. */
export interface Exporter {
  /** The address that it listens on. */
  readonly address: string;
  /** Its landing page, as this machine reaches it. */
  readonly url: string;
  /** Stops listening, lets the scrapes in flight finish, and stops the collectors. */
  stop(): Promise<void>;
}

/**
 * Starts the collectors and serves their metrics. Rejects with an {@link ExporterError} if the options are wrong or the
 * address cannot be listened on.
 *
 * ```ts
 * const exporter = await startExporter({ collectors: hostCollectors(), listenAddress: ":9999" });
 * process.once("SIGTERM", () => exporter.stop());
 * ```
 */
export async function startExporter(options: ExporterOptions): Promise<Exporter> {
  const {
    collectors,
    telemetryPath = "/metrics",
    title = "ExporterKit",
    maxScrapes = 40,
    logger = silentLogger,
  } = options;
  checkNames(collectors);
  const address = parseAddress(options.listenAddress);
  const registry = options.registry ?? selfMetrics();
  let scrapes = 0;

  async function metrics(request: IncomingMessage, response: ServerResponse): Promise<Answer> {
    if (scrapes >= maxScrapes) {
      return { status: 503, body: `${maxScrapes} scrapes are running already; try again later.\n` };
    }
    scrapes++;
    try {
      const collected = await collect(collectors, registry, scrapeSignal(request, response), logger);
      const names = new URLSearchParams(request.url?.split("?", 2)[1]).getAll("name[]");
      return await collected.expose({ accept: request.headers.accept, names });
    } finally {
      scrapes--;
    }
  }

  const page = landingPage(title, version, telemetryPath);
  const routes = makeRoutes(telemetryPath, metrics, {
    "/": () => page,
    "/-/healthy": () => ({ body: "Healthy.\n" }),
    "/-/ready": () => ({ body: "Ready.\n" }),
  });
  const server = new HttpServer((request, response) => answer(routes, request, response), logger);
  const bound = await server.listen(address);
  for (const collector of collectors) collector.start?.();

  return {
    address: formatAddress(bound),
    url: urlOf(bound),
    async stop() {
      await server.stop();
      for (const collector of collectors) collector.stop?.();
    },
  };
}

function checkNames(collectors: readonly Collector[]): void {
  const names = new Set<string>();
  for (const { name } of collectors) {
    if (names.has(name)) {
      throw new ExporterError("invalid_collector", `Two collectors are called "${name}": give each a name of its own.`);
    }
    names.add(name);
  }
}

/** The exporter's own process, its runtime and its version. */
function selfMetrics(): Registry {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const info = new Gauge({
    name: "exporterkit_build_info",
    help: "Version of ExporterKit and of Node.js.",
    labelNames: ["version", "node_version"],
    registers: [registry],
  });
  info.set({ version, node_version: process.version }, 1);
  return registry;
}
