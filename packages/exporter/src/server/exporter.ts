import type { IncomingMessage, ServerResponse } from "node:http";
import { Registry } from "@exporterkit/client";
import { metricsHandler } from "@exporterkit/client/http";
import { ExporterError, messageOf } from "../exporter-error.ts";
import { type Logger, silentLogger } from "../logger.ts";
import { LivePage, type LivePageOptions } from "../page/server/live-page.ts";
import type { ProbeOptions } from "../probe/probe.ts";
import { chosenCollectors } from "../scrape/chosen-collectors.ts";
import type { Collector } from "../scrape/collector.ts";
import { NothingCollected, Pipeline } from "../scrape/pipeline.ts";
import { version } from "../version.ts";
import { type Address, formatAddress, parseAddress, urlOf } from "./address.ts";
import { HttpServer } from "./http-server.ts";
import { makeProbes, type Reloaded, Reloader, reloadRoute } from "./reload.ts";
import { type Answer, answer, get, makeRoutes } from "./routes.ts";
import { selfMetrics } from "./self-metrics.ts";
import { discovery } from "./service-discovery.ts";
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
  /** The path of the metrics. Default: `/metrics`. With `/` the live page is at `/-/page/`. */
  readonly telemetryPath?: string | undefined;
  /** The live page at `/`; `false` for none. Default: one that keeps samples while somebody looks. */
  readonly page?: LivePageOptions | false | undefined;
  /** What the live page calls the exporter. Default: `ExporterKit`. */
  readonly title?: string | undefined;
  /** Metrics of the exporter itself. Default: those of its process, its runtime and its version. */
  readonly registry?: Registry | undefined;
  /**
   * Whether it tells of its scrapes and, where no `registry` is given, of its process and its runtime; how its collectors fare
   * it always tells. Default: true.
   */
  readonly exporterMetrics?: boolean | undefined;
  /** How many scrapes may run at a time; one more is answered 503. Default: 40. */
  readonly maxScrapes?: number | undefined;
  /** Seconds that are kept for the answer's way of what Prometheus lets a scrape take. Default: 0.5. */
  readonly timeoutOffsetSeconds?: number | undefined;
  /**
   * Makes the collectors anew, as of a configuration that has changed, for {@link Exporter.reload}. Where it rejects, or one
   * of its collectors does not start, those before go on. Default: they stay.
   */
  readonly reload?: (() => Promise<Reloaded>) | undefined;
  /** Whether a POST to `/-/reload` reloads. Default: false. */
  readonly enableLifecycle?: boolean | undefined;
  /** Probes of targets that Prometheus names, answered at `/probe`; a reload may bring others. Default: there is no such page. */
  readonly probe?: ProbeOptions | undefined;
  /**
   * What the page `/config` shows: the configuration in use, without its secrets; a function is asked when somebody looks.
   * Default: there is no such page.
   */
  readonly shownConfig?: string | (() => string) | undefined;
  /** Where it reports what happens. Default: nowhere. */
  readonly logger?: Logger | undefined;
}

/** An exporter that serves. */
export interface Exporter {
  /** The first of the addresses that it listens on. */
  readonly address: string;
  /** Every address that it listens on. */
  readonly addresses: readonly string[];
  /** Its live page, as this machine reaches it. */
  readonly url: string;
  /**
   * Reads the web configuration again, has {@link ExporterOptions.reload} make the collectors anew, and uses both from then
   * on. Rejects, and goes on with what was before, where that fails. Calls that overlap go one after the other.
   */
  reload(): Promise<void>;
  /**
   * Stops listening, lets the scrapes in flight finish, for 15 seconds at most, and stops the collectors, each of which may
   * take 10 seconds. Rejects where one of them does not stop. Calling it again returns the same promise.
   */
  stop(): Promise<void>;
}

/**
 * Starts the collectors and serves their metrics. Rejects with an {@link ExporterError}, and leaves nothing running, if the
 * options are wrong, a collector does not start within a minute or the address cannot be listened on.
 *
 * ```ts
 * import { hostCollectors } from "exporterkit/host";
 *
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
    exporterMetrics = true,
  } = options;
  const { logger = silentLogger, enableLifecycle = false, maxConnections = 512, webConfigFile } = options;
  checkLimits({ maxConnections, maxScrapes }, options.timeoutOffsetSeconds);
  const addresses = addressesOf(options);
  const webConfig = webConfigFile === undefined ? undefined : await openWebConfig(webConfigFile, logger);
  const probes = options.probe && (await makeProbes(options.probe, logger));
  const own = options.registry === undefined ? selfMetrics(exporterMetrics) : undefined;
  const registry = options.registry ?? own!.registry;
  // Of this exporter alone, where another one, before or beside it, has the same registry.
  const reloads = new Registry();
  const pipeline = new Pipeline({ base: [registry, reloads], logger });
  const reloader = new Reloader({ ...options, probes, webConfig, pipeline, registry: reloads, logger });
  const stopCollecting = async (): Promise<void> => {
    own?.stop();
    try {
      await reloader.page?.stop();
      await reloader.probes?.close();
    } finally {
      await pipeline.stop();
    }
  };
  try {
    const metrics = metricsHandler({
      maxScrapes,
      timeoutOffsetSeconds: options.timeoutOffsetSeconds,
      ownMetrics: exporterMetrics && registry,
      async registry({ target, ...scrape }) {
        const choice = chosenCollectors(target, pipeline.names);
        const names = "names" in choice ? choice.names : undefined;
        const { registry: collected, release } = await pipeline.collect({ ...scrape, names });
        return { expose: (request) => collected.expose(request).finally(release) };
      },
      onError(error) {
        if (!(error instanceof NothingCollected)) logger.error({ error: messageOf(error) }, "request failed");
      },
    });
    const scraped = get((request, response) => {
      const choice = chosenCollectors(request.url ?? "", pipeline.names);
      return "problem" in choice ? { status: 400, body: `${choice.problem}\n` } : metrics(request, response);
    });
    const hasConfig = options.shownConfig !== undefined;
    if (options.page !== false) {
      reloader.page = await LivePage.create(options.page ?? {}, {
        title,
        version,
        telemetryPath,
        links: [
          telemetryPath,
          ...(probes ? ["/probe"] : []),
          ...(hasConfig ? ["/config"] : []),
          "/-/healthy",
          "/-/ready",
        ],
        configPath: hasConfig ? "/config" : undefined,
        collect: (scrape) => pipeline.collect(scrape),
        logger,
      });
    }
    const routes = makeRoutes(telemetryPath, scraped, {
      ...reloader.page?.routes,
      ...(hasConfig && { "/config": get(() => ({ body: reloader.shownConfig })) }),
      "/sd": get((request) => discovery(request, telemetryPath, reloader.probes?.namedTargets ?? [])),
      "/-/healthy": get(() => ({ body: "Healthy.\n" })),
      "/-/ready": get(() => ({ body: "Ready.\n" })),
      "/-/reload": reloadRoute(reloader, enableLifecycle),
      ...(options.probe && {
        "/probe": get((request, response) => reloader.probes?.answer(request, response) ?? noProbe),
      }),
    });
    const handle = (request: IncomingMessage, response: ServerResponse): Promise<void> =>
      answer(routes, request, response);
    const server = new HttpServer({ handle, logger, webConfig, maxConnections });
    await pipeline.use(collectors);
    const bound = await server.listen(addresses);
    let stopped: Promise<void> | undefined;
    const stop = async (): Promise<void> => {
      await server.stop();
      await stopCollecting();
    };
    const listening = bound.map(formatAddress);
    return {
      address: listening[0]!,
      addresses: listening,
      url: urlOf(bound[0]!, server.scheme),
      reload: () => reloader.reload(),
      stop: () => (stopped ??= stop()),
    };
  } catch (error) {
    await stopCollecting().catch(() => {});
    throw error;
  }
}

const noProbe: Answer = { status: 404, body: "Not found: the configuration has no probes.\n" };

/** Throws an {@link ExporterError} if one of them is none. */
function checkLimits(counts: Readonly<Record<string, number>>, timeoutOffsetSeconds = 0): void {
  for (const [name, count] of Object.entries(counts)) {
    if (!(count >= 1)) throw new ExporterError("invalid_limit", `${name} is ${count}; give a number above 0.`);
  }
  if (!(timeoutOffsetSeconds >= 0)) {
    const remedy = "give a number of seconds from 0.";
    throw new ExporterError("invalid_limit", `timeoutOffsetSeconds is ${timeoutOffsetSeconds}; ${remedy}`);
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
