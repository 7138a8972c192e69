import { atFirstUse, register } from "../default-registry.ts";
import { MetricsError } from "../metrics-error.ts";
import type { RegistrableMetric } from "../registrable-metric.ts";
import type { Registry } from "../registry.ts";
import { activeResourceMetrics } from "./active-resources.ts";
import { eventLoopMetrics } from "./event-loop.ts";
import { eventLoopUtilizationMetrics } from "./event-loop-utilization.ts";
import { gcMetrics } from "./gc.ts";
import { heapMetrics } from "./heap.ts";
import { processMetrics } from "./process.ts";
import type { RuntimeMetrics, RuntimeMetricsOptions } from "./runtime-metrics.ts";
import { versionMetrics } from "./version.ts";

/** Settings of {@link collectDefaultMetrics}. */
export interface DefaultMetricsOptions extends Optional<RuntimeMetricsOptions> {
  /** The registry that exposes them. Default: the default registry. */
  readonly register?: Registry | undefined;
}

type Optional<Options> = { readonly [Name in keyof Options]?: Options[Name] | undefined };

/** The metrics of the process and of the runtime while they are collected. */
export interface DefaultMetrics {
  /** Takes them out of the registry and ends what measured them. Calling it again does nothing. */
  stop(): void;
}

const groups = [
  processMetrics,
  versionMetrics,
  heapMetrics,
  gcMetrics,
  eventLoopMetrics,
  eventLoopUtilizationMetrics,
  activeResourceMetrics,
];

/** What runs, by registry and then by prefix. */
const running = new WeakMap<Registry, Map<string, RunningMetrics>>();

/**
 * Collects the metrics of the process (`process_*`) and of the runtime (`nodejs_*`). What the platform does not tell is
 * left out. The default registry brings them along by itself; a call with options takes their place. Calling it again for
 * the same registry and prefix returns what runs already.
 */
export function collectDefaultMetrics(options: DefaultMetricsOptions = {}): DefaultMetrics {
  const { register: registry = register, ...given } = options;
  const asImplied = Object.values(given).every((value) => value === undefined);
  if (registry === register) {
    // A use of the registry, whichever, brings along what the call then finds.
    if (asImplied) register.getMetricsAsArray();
    else dismissImplied();
  }
  const settings = {
    prefix: given.prefix ?? "",
    gcDurationBuckets: given.gcDurationBuckets ?? [0.001, 0.01, 0.1, 1, 2, 5],
    eventLoopMonitoringPrecision: given.eventLoopMonitoringPrecision ?? 10,
  };
  const present = running.get(registry)?.get(settings.prefix);
  if (present?.isExposed()) return present;
  present?.stop();
  return new RunningMetrics(registry, settings);
}

/** The metrics of one registry and prefix, from their start to their stop. */
class RunningMetrics implements DefaultMetrics {
  readonly #registry: Registry;
  readonly #prefix: string;
  readonly #groups: readonly RuntimeMetrics[];

  /** Starts them. Throws, and leaves nothing behind, if a setting is invalid or the registry has another of a name. */
  constructor(registry: Registry, settings: RuntimeMetricsOptions) {
    checkPrecision(settings.eventLoopMonitoringPrecision);
    this.#registry = registry;
    this.#prefix = settings.prefix;
    this.#groups = globalThis.process === undefined ? [] : groups.flatMap((group) => tryStart(group, settings));
    const prefixes = running.get(registry) ?? new Map<string, RunningMetrics>();
    running.set(registry, prefixes.set(settings.prefix, this));
    try {
      for (const metric of this.#metrics()) registry.registerMetric(metric);
    } catch (error) {
      this.stop();
      throw error;
    }
  }

  /** Whether the registry still has any of them; it has not after a `clear()`. */
  isExposed(): boolean {
    return this.#metrics().some((metric) => this.#registry.getSingleMetric(metric.name) === metric);
  }

  stop(): void {
    const prefixes = running.get(this.#registry);
    if (prefixes?.get(this.#prefix) !== this) return;
    prefixes.delete(this.#prefix);
    for (const group of this.#groups) group.stop?.();
    for (const metric of this.#metrics()) {
      if (this.#registry.getSingleMetric(metric.name) === metric) this.#registry.removeSingleMetric(metric.name);
    }
  }

  #metrics(): RegistrableMetric[] {
    return this.#groups.flatMap((group) => group.metrics);
  }
}

function checkPrecision(milliseconds: number): void {
  if (Number.isInteger(milliseconds) && milliseconds > 0) return;
  throw new MetricsError(
    "invalid_limit",
    `eventLoopMonitoringPrecision is ${milliseconds}; give a whole number of milliseconds above 0.`,
  );
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
