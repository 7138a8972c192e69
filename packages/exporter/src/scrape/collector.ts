import { ExporterError } from "../exporter-error.ts";
import type { Scrape } from "./scrape.ts";

/** A source of metrics. */
export interface Collector {
  /**
   * What the source is called in logs, in the `collector` label and in the parameters `collect[]` and `exclude[]`: lower case,
   * short, and unique in an exporter.
   */
  readonly name: string;
  /**
   * Seconds for which what was collected is good, for a source that is expensive: scrapes within them get it again, and the
   * HELP of its metrics says so. A failure is never kept. Default: 0, every scrape collects.
   */
  readonly minIntervalSeconds?: number | undefined;
  /** Seconds that it may take at most. Default: as long as the scrape has. */
  readonly timeoutSeconds?: number | undefined;
  /**
   * The start of the names of two more metrics that tell how it fared, for one that takes the place of another exporter's:
   * `<reportedAs>_success`, which is 0 also where it threw `NoData`, and `<reportedAs>_duration_seconds`, both with the
   * label `collector`. Default: `exporterkit_collector_success` and `exporterkit_collector_duration_seconds` alone.
   */
  readonly reportedAs?: string | undefined;
  /**
   * Whether the metrics of a scrape are used again for the next one, rather than made anew, which costs most of what a small
   * collector costs. In each scrape it then has to write every series that there is, by `set`, `setTotal`, `inc` or `dec` of
   * the metric: one that it does not write is gone. Until it declares them anew, `scrape.registry` has the metrics of the scrape
   * before as well. Without effect together with `minIntervalSeconds`. Default: false.
   */
  readonly reusesMetrics?: boolean | undefined;
  /**
   * Whether its families give way to those of all other collectors, for a source whose names others choose: where two clash, by
   * another type, other labels or a series of the same labels, its own is left out. Default: false, the later one is.
   */
  readonly givesWay?: boolean | undefined;
  /**
   * Adds the source's current metrics to `scrape`. A collector that throws, rejects or is not done by the scrape's
   * deadline loses its own metrics in that scrape and nothing else. One whose source does not exist throws
   * `NoData`. Scrapes that overlap share one call.
   */
  collect(scrape: Scrape): void | Promise<void>;
  /** Starts what has to run between scrapes, such as a sampler. Called once, before the first scrape, and waited for, a minute at most. */
  start?(): void | Promise<void>;
  /** Ends what `start` started. Called once, after the last scrape, and waited for, 10 seconds at most. */
  stop?(): void | Promise<void>;
}

/**
 * A collector as it was given, once its name and its numbers have been checked; with the types of what it is written with.
 * Throws an {@link ExporterError} if one of them is wrong.
 *
 * ```ts
 * const queue = defineCollector({
 *   name: "queue",
 *   async collect(scrape) {
 *     const jobs = scrape.gauge({ name: "queue_jobs", help: "Jobs that wait." });
 *     jobs.set(await countJobs(scrape.signal));
 *   },
 * });
 * ```
 */
export function defineCollector<Defined extends Collector>(collector: Defined): Defined {
  checkCollector(collector);
  return collector;
}

/** Throws an {@link ExporterError} if one of the collectors of an exporter is wrong, or two bear one name. */
export function checkCollectors(collectors: readonly Collector[]): void {
  const names = new Set<string>();
  for (const collector of collectors) {
    checkCollector(collector);
    const { name } = collector;
    if (names.has(name)) {
      throw new ExporterError("invalid_collector", `Two collectors are called "${name}": give each a name of its own.`);
    }
    names.add(name);
  }
}

/** Throws an {@link ExporterError} if the name or a number of a collector is wrong. */
export function checkCollector({ name, minIntervalSeconds = 0, timeoutSeconds = 1 }: Collector): void {
  if (typeof name !== "string" || !/^[a-z0-9][a-z0-9_.:/-]{0,127}$/.test(name)) {
    const remedy = `use lower case letters, digits and "_", ".", ":", "/" or "-", 128 at most, with a letter or digit first.`;
    throw new ExporterError("invalid_collector", `Collector name ${JSON.stringify(name)} is malformed: ${remedy}`);
  }
  if (!(minIntervalSeconds >= 0 && minIntervalSeconds < Infinity)) {
    throw numberError(name, "minIntervalSeconds", minIntervalSeconds, "from 0");
  }
  if (!(timeoutSeconds > 0 && timeoutSeconds < Infinity)) {
    throw numberError(name, "timeoutSeconds", timeoutSeconds, "above 0");
  }
}

function numberError(collector: string, option: string, value: unknown, range: string): ExporterError {
  return new ExporterError(
    "invalid_collector",
    `Collector "${collector}": ${option} is ${String(value)}; give a number of seconds ${range}.`,
  );
}
