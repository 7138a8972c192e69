import { ExpositionCache, type Registry } from "@exporterkit/client";
import { metricsHandler } from "@exporterkit/client/http";
import { ExporterError, messageOf } from "../exporter-error.ts";
import { type Logger, silentLogger } from "../logger.ts";
import type { ProbeOptions } from "../probe/probe.ts";
import { Probes } from "../probe/probes.ts";
import type { Collector } from "../scrape/collector.ts";
import { startCollectors } from "../scrape/lifecycle.ts";
import { collect } from "../scrape/pipeline.ts";
import { version } from "../version.ts";
import { formatAddress, parseAddress, urlOf } from "./address.ts";
import { HttpServer } from "./http-server.ts";
import { landingPage } from "./landing-page.ts";
import { answer, makeRoutes } from "./routes.ts";
import { selfMetrics } from "./self-metrics.ts";

/** How an exporter is set up. */
export interface ExporterOptions {
  /** The sources of its metrics. */
  readonly collectors: readonly Collector[];
  /** `host:port`, `:port` or `[v6]:port`; port 0 lets the operating system choose. */
  readonly listenAddress: string;
  /** The path of the metrics. Default: `/metrics`. */
  readonly telemetryPath?: string | undefined;
  /** What the landing page calls the exporter. Default: `ExporterKit`. */
  readonly title?: string | undefined;
  /** Metrics of the exporter itself. Default: those of its process, its runtime and its version. */
  readonly registry?: Registry | undefined;
  /** How many scrapes may run at a time; one more is answered 503. Default: 40. */
  readonly maxScrapes?: number | undefined;
  /** Probes of targets that Prometheus names, answered at `/probe`. Default: none. */
  readonly probe?: ProbeOptions | undefined;
  /** Where it reports what happens. Default: nowhere. */
  readonly logger?: Logger | undefined;
}

/** An exporter that serves. */
export interface Exporter {
  /** The address that it listens on. */
  readonly address: string;
  /** Its landing page, as this machine reaches it. */
  readonly url: string;
  /**
   * Stops listening, lets the scrapes in flight finish, for 15 seconds at most, and stops the collectors. Calling it again
   * returns the same promise.
   */
  stop(): Promise<void>;
}

/**
 * Starts the collectors and serves their metrics. Rejects, and leaves nothing running, if the options are wrong, a collector
 * does not start or the address cannot be listened on; with an {@link ExporterError} where that is the caller's mistake.
 *
 * ```ts
 * const exporter = await startExporter({ collectors: hostCollectors(), listenAddress: ":9999" });
 * process.once("SIGTERM", () => exporter.stop());
 * ```
 */
export async function startExporter(options: ExporterOptions): Promise<Exporter> {
  const { collectors, telemetryPath = "/metrics", title = "ExporterKit", maxScrapes = 40 } = options;
  const { logger = silentLogger } = options;
  checkNames(collectors);
  const address = parseAddress(options.listenAddress);
  const page = landingPage(title, version, telemetryPath);
  const probes = options.probe && new Probes(options.probe, logger);
  const routes = makeRoutes(telemetryPath, (request, response) => metrics(request, response), {
    "/": () => page,
    "/-/healthy": () => ({ body: "Healthy.\n" }),
    "/-/ready": () => ({ body: "Ready.\n" }),
    ...(probes && { "/probe": (request, response) => probes.answer(request, response) }),
  });
  const own = options.registry === undefined ? selfMetrics() : undefined;
  const registry = options.registry ?? own!.registry;
  const cache = new ExpositionCache();
  const metrics = metricsHandler({
    maxScrapes,
    ownMetrics: registry,
    registry({ signal, isAbandoned }) {
      const report = (collector: string, error: unknown): void =>
        logger[isAbandoned() ? "debug" : "error"]({ collector, error: messageOf(error) }, "collector failed");
      return collect(collectors, registry, { signal, report, cache });
    },
    onError: (error) => logger.error({ error: messageOf(error) }, "request failed"),
  });
  const server = new HttpServer((request, response) => answer(routes, request, response), logger);
  try {
    const stopCollectors = await startCollectors(collectors);
    try {
      const bound = await server.listen(address);
      let stopped: Promise<void> | undefined;
      const stop = async (): Promise<void> => {
        await server.stop();
        own?.stop();
        await probes?.close();
        await stopCollectors();
      };
      return { address: formatAddress(bound), url: urlOf(bound), stop: () => (stopped ??= stop()) };
    } catch (error) {
      await stopCollectors();
      throw error;
    }
  } catch (error) {
    own?.stop();
    throw error;
  }
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
