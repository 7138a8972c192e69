import type { Family } from "./family.ts";
import type { MetricsCollector, RegistrableMetric } from "./registrable-metric.ts";
import { exposedNames } from "./exposed-names.ts";
import { overflowNames } from "./overflow.ts";
import { isThenable } from "./thenable.ts";
import { TimeSlice } from "./time-slice.ts";

/** How to collect. */
export interface CollectionOptions {
  /** Whether `_created` lines are exposed and their names taken. */
  readonly created: boolean;
  /** Seconds after which what is not done has failed. */
  readonly timeoutSeconds: number;
  readonly onError: (error: unknown, source: string) => void;
  /** Families no two of which have a name in common, as is known of them. Default: none. */
  readonly unlike?: readonly Family[] | undefined;
}

/** What there is to expose. */
export interface Collection {
  /** Metrics of the registry. */
  readonly kept: readonly RegistrableMetric[];
  /** Metrics that collectors made for this scrape. */
  readonly made: readonly RegistrableMetric[];
}

/**
 * Calls every `collect` and collector, without waiting for one before the next, and returns the metrics to expose: those of
 * the registry whose `collect` did not fail, and those that collectors made, less any whose name is taken.
 */
export async function collectAll(
  metrics: readonly RegistrableMetric[],
  collectors: readonly MetricsCollector[],
  options: CollectionOptions,
): Promise<Collection> {
  const namesOf = (metric: RegistrableMetric): readonly string[] => exposedNames(metric.family, options.created);
  // Those that read files and the like take tenths of a millisecond together.
  const slice = new TimeSlice();
  const updates: (true | Promise<unknown>)[] = [];
  for (const metric of metrics) {
    if (metric.collect !== undefined && slice.isOver()) await slice.next();
    updates.push(metric.collect === undefined ? true : attempt(() => metric.collect!(), metric.name, options));
  }
  const making = collectors.map((collector) =>
    attempt(
      async () => Array.from(await collector(), (metric) => ({ metric, names: namesOf(metric) })),
      "collector",
      options,
    ),
  );

  const areUnlike = making.length === 0 && options.unlike !== undefined && haveFamilies(metrics, options.unlike);
  const owned = new Set<string>(overflowNames);
  /** Whether its names were free, and are the metric's from now on. */
  function take(metric: RegistrableMetric, names: readonly string[], source: string): boolean {
    if (names.some((name) => owned.has(name))) {
      report(options, new Error(`${metric.name}: the name is taken by another metric`), source);
      return false;
    }
    for (const name of names) owned.add(name);
    return true;
  }

  const kept: RegistrableMetric[] = [];
  for (const [i, metric] of metrics.entries()) {
    const isFree = areUnlike || take(metric, namesOf(metric), metric.name);
    const update = updates[i];
    if ((update === true || (await update) !== failed) && isFree) kept.push(metric);
  }
  const made: RegistrableMetric[] = [];
  for (const result of making) {
    const fresh = await result;
    if (fresh === failed) continue;
    for (const { metric, names } of fresh) if (take(metric, names, "collector")) made.push(metric);
  }
  return { kept, made };
}

/** Whether the metrics are those of the families, one by one. */
export function haveFamilies(metrics: readonly RegistrableMetric[], families: readonly Family[]): boolean {
  return metrics.length === families.length && metrics.every(({ family }, i) => family === families[i]);
}

const failed = Symbol("failed");

/** What `work` returns, or `failed`, reported, if it throws or is not done in time. */
function attempt<T>(
  work: () => T | PromiseLike<T>,
  source: string,
  options: CollectionOptions,
): Promise<T | typeof failed> {
  const fail = (error: unknown): typeof failed => {
    report(options, error, source);
    return failed;
  };
  try {
    const result = work();
    if (!isThenable(result)) return Promise.resolve(result);
    return withDeadline(Promise.resolve(result), options.timeoutSeconds).catch(fail);
  } catch (error) {
    return Promise.resolve(fail(error));
  }
}

/** Tells of a failure. */
export function report({ onError }: Pick<CollectionOptions, "onError">, error: unknown, source: string): void {
  try {
    onError(error, source);
  } catch {
    // The scrape goes on, whatever its reporter does.
  }
}

// What setTimeout takes; beyond it would fire at once.
const longestTimeout = 2 ** 31 - 1;

function withDeadline<T>(work: Promise<T>, seconds: number): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(
      () => reject(new Error(`not done within ${seconds} s`)),
      Math.min(seconds * 1000, longestTimeout),
    );
    work.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}
