import type { Registry } from "@exporterkit/client";
import { metricsHandler } from "@exporterkit/client/http";
import { messageOf } from "../exporter-error.ts";
import { type Logger, silentLogger } from "../logger.ts";
import { chosenCollectors } from "../scrape/chosen-collectors.ts";
import type { Collector } from "../scrape/collector.ts";
import { Pipeline } from "../scrape/pipeline.ts";
import { version } from "../version.ts";
import { formatAddress, parseAddress, urlOf } from "./address.ts";
import { HttpServer } from "./http-server.ts";
import { landingPage } from "./landing-page.ts";
import { Reloader, reloadRoute } from "./reload.ts";
import { answer, get, makeRoutes } from "./routes.ts";
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
  /** Seconds that are kept for the answer's way of what Prometheus lets a scrape take. Default: 0.5. */
  readonly timeoutOffsetSeconds?: number | undefined;
  /**
   * Makes the collectors anew, as of a configuration that has changed, for {@link Exporter.reload}. Where it rejects, or one
   * of its collectors does not start, those before go on. Default: reloading does nothing.
   */
  readonly reload?: (() => Promise<readonly Collector[]>) | undefined;
  /** Whether a POST to `/-/reload` reloads. Default: false. */
  readonly enableLifecycle?: boolean | undefined;
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
   * Has {@link ExporterOptions.reload} make the collectors anew, and uses them from then on. Rejects, and goes on with those
   * before, where that fails. Calls that overlap go one after the other.
   */
  reload(): Promise<void>;
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
  const { logger = silentLogger, enableLifecycle = false } = options;
  const address = parseAddress(options.listenAddress);
  const page = landingPage(title, version, telemetryPath);
  const own = options.registry === undefined ? selfMetrics() : undefined;
  const registry = options.registry ?? own!.registry;
  const pipeline = new Pipeline({ base: registry, logger });
  const reloader = options.reload && new Reloader({ load: options.reload, pipeline, registry, logger });
  const metrics = metricsHandler({
    maxScrapes,
    timeoutOffsetSeconds: options.timeoutOffsetSeconds,
    ownMetrics: registry,
    registry({ target, ...scrape }) {
      const choice = chosenCollectors(target, pipeline.names);
      return pipeline.collect({ ...scrape, names: "names" in choice ? choice.names : undefined });
    },
    onError: (error) => logger.error({ error: messageOf(error) }, "request failed"),
  });
  const scraped = get((request, response) => {
    const choice = chosenCollectors(request.url ?? "", pipeline.names);
    return "problem" in choice ? { status: 400, body: `${choice.problem}\n` } : metrics(request, response);
  });
  const routes = makeRoutes(telemetryPath, scraped, {
    "/": get(() => page),
    "/-/healthy": get(() => ({ body: "Healthy.\n" })),
    "/-/ready": get(() => ({ body: "Ready.\n" })),
    ...(reloader && { "/-/reload": reloadRoute(reloader, enableLifecycle) }),
  });
  const server = new HttpServer((request, response) => answer(routes, request, response), logger);
  const stopWhat = async (): Promise<void> => {
    own?.stop();
    await pipeline.stop();
  };
  try {
    await pipeline.use(collectors);
    const bound = await server.listen(address);
    let stopped: Promise<void> | undefined;
    const stop = async (): Promise<void> => {
      await server.stop();
      await stopWhat();
    };
    return {
      address: formatAddress(bound),
      url: urlOf(bound),
      reload: async () => await reloader?.reload(),
      stop: () => (stopped ??= stop()),
    };
  } catch (error) {
    await stopWhat();
    throw error;
  }
}
