import { Gauge, type Registry } from "@exporterkit/client";
import { ExporterError, messageOf } from "../exporter-error.ts";
import type { Logger } from "../logger.ts";
import type { LivePage } from "../page/server/live-page.ts";
import type { SummaryPlot } from "../page/summary.ts";
import type { ProbeOptions } from "../probe/probe.ts";
import type { Probes } from "../probe/probes.ts";
import type { Collector } from "../scrape/collector.ts";
import type { Pipeline } from "../scrape/pipeline.ts";
import type { Route } from "./routes.ts";
import type { WebConfigFile } from "./web-config-file.ts";

/** What a configuration has made of an exporter. */
export interface Reloaded {
  readonly collectors: readonly Collector[];
  /** Default: the probes stay. */
  readonly probe?: ProbeOptions | undefined;
  /** The configuration without its secrets. */
  readonly shownConfig?: string | (() => string) | undefined;
  /** The plots on top of the live page. Default: they stay. */
  readonly summary?: readonly SummaryPlot[] | undefined;
}

/** What a reload works on. */
export interface ReloaderOptions {
  /** Makes the collectors anew; those before stay where it is undefined. */
  readonly reload?: (() => Promise<Reloaded>) | undefined;
  readonly shownConfig?: string | (() => string) | undefined;
  readonly probes: Probes | undefined;
  readonly webConfig: WebConfigFile | undefined;
  readonly pipeline: Pipeline;
  /** The registry of the metrics that tell how the last reload went. */
  readonly registry: Registry;
  readonly logger: Logger;
}

/** Has an exporter use what its configuration says now, one reload after the other. */
export class Reloader {
  /** The live page, if there is one. */
  page: LivePage | undefined;
  /** The probes in use, if there are any. */
  probes: Probes | undefined;
  #shownConfig: string | (() => string);
  readonly #options: ReloaderOptions;
  readonly #successful: Gauge;
  readonly #successAt: Gauge;
  #last: Promise<unknown> = Promise.resolve();
  /** The one that waits for that. */
  #next: Promise<void> | undefined;

  constructor(options: ReloaderOptions) {
    this.#options = options;
    this.#shownConfig = options.shownConfig ?? "";
    this.probes = options.probes;
    const registers = [options.registry];
    this.#successful = new Gauge({
      name: "exporterkit_config_last_reload_successful",
      help: "Whether the configuration that was loaded last is the one in use.",
      registers,
    });
    this.#successAt = new Gauge({
      name: "exporterkit_config_last_reload_success_timestamp_seconds",
      help: "When a configuration was last loaded with success, in seconds since the Unix epoch.",
      registers,
    });
    this.#succeeded();
  }

  /** The configuration in use, without its secrets. */
  get shownConfig(): string {
    return typeof this.#shownConfig === "function" ? this.#shownConfig() : this.#shownConfig;
  }

  /**
   * Rejects where the new configuration is not used; the one before goes on. One after the other: all who ask while one goes on
   * share the next.
   */
  async reload(): Promise<void> {
    this.#next ??= this.#last
      .catch(() => {})
      .then(() => {
        this.#next = undefined;
        return this.#reload();
      });
    this.#last = this.#next;
    await this.#next;
  }

  async #reload(): Promise<void> {
    const { reload, webConfig, pipeline, logger } = this.#options;
    try {
      const reloaded = await reload?.();
      await webConfig?.reload();
      if (reloaded !== undefined) {
        const probes = reloaded.probe === undefined ? this.probes : await makeProbes(reloaded.probe, logger);
        await pipeline.use(reloaded.collectors);
        await this.#use(probes);
      }
      if (reloaded?.summary !== undefined) this.page?.use(reloaded.summary);
      this.#shownConfig = reloaded?.shownConfig ?? this.#shownConfig;
      this.#succeeded();
      logger.info({ collectors: pipeline.names.length }, "configuration reloaded");
    } catch (error) {
      this.#successful.set(0);
      logger.error({ error: messageOf(error) }, "the new configuration is not used, the one before goes on");
      throw error;
    }
  }

  async #use(probes: Probes | undefined): Promise<void> {
    const before = this.probes;
    if (probes === before) return;
    this.probes = probes;
    await before?.close().catch((error: unknown) => {
      this.#options.logger.error({ error: messageOf(error) }, "probes that were replaced did not close");
    });
  }

  #succeeded(): void {
    this.#successful.set(1);
    this.#successAt.setToCurrentTime();
  }
}

/** Probes, if there are any. Rejects with an {@link ExporterError} if they are wrong. */
export async function makeProbes(options: ProbeOptions, logger: Logger): Promise<Probes | undefined> {
  if (options.probes.length === 0) return undefined;
  // What they fetch with is large, and most exporters probe nothing.
  const { Probes } = await import("../probe/probes.ts");
  return new Probes(options, logger);
}

/** Reloads at a POST, if that is allowed. */
export function reloadRoute(reloader: Reloader, isEnabled: boolean): Route {
  return {
    methods: ["POST", "PUT"],
    async respond({ headers }) {
      if (!isEnabled) {
        return {
          status: 403,
          body: "Reloading over HTTP is not enabled; start with --web.enable-lifecycle, or send SIGHUP.\n",
        };
      }
      // A page in the browser of somebody who may reload.
      if (headers["sec-fetch-site"] === "cross-site") return { status: 403, body: "Another site may not reload.\n" };
      try {
        await reloader.reload();
        return { body: "Reloaded.\n" };
      } catch (error) {
        // What a collector says of its start may hold anything.
        const isOurs = error instanceof ExporterError && error.code !== "start_failed";
        const reason = isOurs ? error.message : "the log says why";
        return { status: 500, body: `Not reloaded, the configuration before goes on: ${reason}\n` };
      }
    },
  };
}
