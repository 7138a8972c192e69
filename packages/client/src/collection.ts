import type { MetricsCollector, RegistrableMetric } from "./registrable-metric.ts";
import { exposedNames } from "./exposed-names.ts";

/** How to collect. */
export interface CollectionOptions {
  /** Whether `_created` lines are exposed and their names taken. */
  readonly created: boolean;
  /** Seconds after which what is not done has failed. */
  readonly timeoutSeconds: number;
  readonly onError: (error: unknown, source: string) => void;
}

/**
 * Calls every `collect` and collector, all at once, and returns the metrics to expose: those of the registry whose `collect`
 * did not fail, and those that collectors made, less any whose name is taken.
 */
export async function collectAll(
  metrics: readonly RegistrableMetric[],
  collectors: readonly MetricsCollector[],
  options: CollectionOptions,
): Promise<RegistrableMetric[]> {
  const updates = metrics.map((metric) =>
    metric.collect === undefined ? true : attempt(() => metric.collect!(), metric.name, options),
  );
  const made = collectors.map((collector) => attempt(collector, "collector", options));
  const collected: RegistrableMetric[] = [];
  const owners = new Set<string>();
  for (const [i, metric] of metrics.entries()) {
    for (const name of exposedNames(metric.family, options.created)) owners.add(name);
    const update = updates[i];
    if (update === true || (await update) !== failed) collected.push(metric);
  }
  for (const result of made) {
    const fresh = await result;
    if (fresh === failed) continue;
    for (const metric of fresh) {
      const names = exposedNames(metric.family, options.created);
      if (names.some((name) => owners.has(name))) {
        report(options, new Error(`${metric.name}: the name is taken by another metric`), "collector");
        continue;
      }
      for (const name of names) owners.add(name);
      collected.push(metric);
    }
  }
  return collected;
}

const failed = Symbol("failed");

/** What `work` returns, or `failed`, reported, if it throws or is not done in time. */
function attempt<T>(
  work: () => T | Promise<T>,
  source: string,
  options: CollectionOptions,
): Promise<T | typeof failed> {
  const fail = (error: unknown): typeof failed => {
    report(options, error, source);
    return failed;
  };
  try {
    const result = work();
    return result instanceof Promise
      ? withDeadline(result, options.timeoutSeconds).catch(fail)
      : Promise.resolve(result);
  } catch (error) {
    return Promise.resolve(fail(error));
  }
}

function report({ onError }: CollectionOptions, error: unknown, source: string): void {
  try {
    onError(error, source);
  } catch {
    // The scrape goes on, whatever its reporter does.
  }
}

function withDeadline<T>(work: Promise<T>, seconds: number): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`not done within ${seconds} s`)), seconds * 1000);
    work.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}
