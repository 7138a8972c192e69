import { atFirstUse, register } from "../default-registry.ts";
import { MetricsError } from "../metrics-error.ts";
import type { Registry } from "../registry.ts";
import { activeResourceMetrics } from "./active-resources.ts";
import { eventLoopMetrics } from "./event-loop.ts";
import { gcMetrics } from "./gc.ts";
import { heapMetrics } from "./heap.ts";
import { processMetrics } from "./process.ts";
import type { RuntimeMetrics, RuntimeMetricsOptions } from "./runtime-metrics.ts";
import { versionMetrics } from "./version.ts";

/** Settings of {@link collectDefaultMetrics}. */
export interface DefaultMetricsOptions extends Partial<RuntimeMetricsOptions> {
  /** The registry that exposes them. Default: the default registry. */
  readonly register?: Registry;
}

/** The metrics of the process and of the runtime while they are collected. */
export interface DefaultMetrics {
  /** Takes them out of the registry and ends what measured them. */
  stop(): void;
}

const groups = [processMetrics, versionMetrics, heapMetrics, gcMetrics, eventLoopMetrics, activeResourceMetrics];

/** What runs, by registry and then by prefix. */
const running = new WeakMap<Registry, Map<string, DefaultMetrics>>();

/**
 * Collects the metrics of the process (`process_*`) and of the runtime (`nodejs_*`). What the platform does not tell is
 * left out. The default registry brings them along by itself; a call with options replaces those. Calling it again for
 * the same registry and prefix returns what runs already.
 */
export function collectDefaultMetrics(options: DefaultMetricsOptions = {}): DefaultMetrics {
  const registry = options.register ?? register;
  if (registry === register) dismissImplied();
  const settings = { prefix: "", gcDurationBuckets: [0.001, 0.01, 0.1, 1, 2, 5], eventLoopMonitoringPrecision: 10 };
  return running.get(registry)?.get(options.prefix ?? "") ?? start(registry, { ...settings, ...options });
}

function start(registry: Registry, options: RuntimeMetricsOptions): DefaultMetrics {
  const started = globalThis.process === undefined ? [] : groups.flatMap((group) => tryStart(group, options));
  const metrics = started.flatMap((group) => group.metrics);
  for (const metric of metrics) registry.registerMetric(metric);

  const prefixes = running.get(registry) ?? new Map<string, DefaultMetrics>();
  running.set(registry, prefixes);
  const defaultMetrics = {
    stop(): void {
      for (const group of started) group.stop?.();
      for (const { name } of metrics) registry.removeSingleMetric(name);
      prefixes.delete(options.prefix);
    },
  };
  prefixes.set(options.prefix, defaultMetrics);
  return defaultMetrics;
}

/** A group that the runtime does not support is left out: other runtimes have the functions and throw when called. */
function tryStart(
  group: (options: RuntimeMetricsOptions) => RuntimeMetrics,
  options: RuntimeMetricsOptions,
): RuntimeMetrics[] {
  try {
    return [group(options)];
  } catch (error) {
    if (error instanceof MetricsError) throw error;
    return [];
  }
}

/** What the default registry brought along, until a call of the user's takes its place. */
let implied: DefaultMetrics | undefined;

function dismissImplied(): void {
  atFirstUse(() => {});
  implied?.stop();
  implied = undefined;
}

atFirstUse(() => (implied = collectDefaultMetrics()));
