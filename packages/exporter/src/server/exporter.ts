import { ExpositionCache, type Registry } from "@exporterkit/client";
import { metricsHandler } from "@exporterkit/client/http";
import { ExporterError, messageOf } from "../exporter-error.ts";
import { type Logger, silentLogger } from "../logger.ts";
import type { Collector } from "../scrape/collector.ts";
import { startCollectors } from "../scrape/lifecycle.ts";
import { collect } from "../scrape/pipeline.ts";
import { version } from "../version.ts";
import { type Address, formatAddress, parseAddress, urlOf } from "./address.ts";
import { HttpServer } from "./http-server.ts";
import { landingPage } from "./landing-page.ts";
import { answer, makeRoutes } from "./routes.ts";
import { selfMetrics } from "./self-metrics.ts";
import { systemdSockets } from "./systemd-sockets.ts";
import type { WebConfigFile } from "./web-config-file.ts";

/** How an exporter is set up. */
export interface ExporterOptions {
  /** The sources of its metrics. */
  readonly collectors: readonly Collector[];
  /**
   * Where to listen, one address or several: `host:port`, `:port` or `[v6]:port`, where port 0 lets the operating system
   * choose, or `unix:/path` for a socket in the file system. None are needed with `systemdSocket`.
   */
  readonly listenAddress?: string | readonly string[] | undefined;
  /** Whether to listen on the sockets that systemd hands over, in place of the addresses. Default: false. */
  readonly systemdSocket?: boolean | undefined;
  /**
   * The path of a web configuration file in the format of Prometheus's exporter-toolkit: TLS, client certificates, users,
   * headers, rate limit. It is read again when it, or a file that it names, has changed. Default: plain HTTP for everybody.
   */
  readonly webConfigFile?: string | undefined;
  /** How many connections may be open; one more closes the one that has been silent for longest. Default: 512. */
  readonly maxConnections?: number | undefined;
  /** The path of the metrics. Default: `/metrics`. */
  readonly telemetryPath?: string | undefined;
  /** What the landing page calls the exporter. Default: `ExporterKit`. */
  readonly title?: string | undefined;
  /** Metrics of the exporter itself. Default: those of its process, its runtime and its version. */
  readonly registry?: Registry | undefined;
  /** How many scrapes may run at a time; one more is answered 503. Default: 40. */
  readonly maxScrapes?: number | undefined;
  /** Where it reports what happens. Default: nowhere. */
  readonly logger?: Logger | undefined;
}

/** An exporter that serves. */
export interface Exporter {
  /** The first of the addresses that it listens on. */
  readonly address: string;
  /** Every address that it listens on. */
  readonly addresses: readonly string[];
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
  const { logger = silentLogger, maxConnections = 512 } = options;
  checkNames(collectors);
  if (!(maxConnections >= 1)) {
    throw new ExporterError("invalid_limit", `maxConnections is ${maxConnections}; give a number above 0.`);
  }
  const addresses = addressesOf(options);
  const page = landingPage(title, version, telemetryPath);
  const routes = makeRoutes(telemetryPath, (request, response) => metrics(request, response), {
    "/": () => page,
    "/-/healthy": () => ({ body: "Healthy.\n" }),
    "/-/ready": () => ({ body: "Ready.\n" }),
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
  try {
    const { webConfigFile } = options;
    const webConfig = webConfigFile === undefined ? undefined : await openWebConfig(webConfigFile, logger);
    const server = new HttpServer({
      handle: (request, response) => answer(routes, request, response),
      logger,
      webConfig,
      maxConnections,
    });
    const stopCollectors = await startCollectors(collectors);
    try {
      const bound = await server.listen(addresses);
      let stopped: Promise<void> | undefined;
      const stop = async (): Promise<void> => {
        await server.stop();
        own?.stop();
        await stopCollectors();
      };
      const listening = bound.map(formatAddress);
      const url = urlOf(bound[0]!, server.scheme);
      return { address: listening[0]!, addresses: listening, url, stop: () => (stopped ??= stop()) };
    } catch (error) {
      await stopCollectors();
      throw error;
    }
  } catch (error) {
    own?.stop();
    throw error;
  }
}

function addressesOf({ listenAddress = [], systemdSocket = false }: ExporterOptions): Address[] {
  if (systemdSocket) return systemdSockets().map((fd) => ({ fd }));
  const addresses = [listenAddress].flat().map(parseAddress);
  if (addresses.length === 0) {
    throw new ExporterError(
      "invalid_address",
      "No listen address is given: give one, such as :9999, or systemdSocket.",
    );
  }
  return addresses;
}

async function openWebConfig(path: string, logger: Logger): Promise<WebConfigFile> {
  // What checks it takes a tenth of a second to load, which those without one need not wait for.
  const { WebConfigFile } = await import("./web-config-file.ts");
  return WebConfigFile.open(path, logger);
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
