import { Gauge, Registry } from "@exporterkit/client";
import { Scrape } from "../scrape/scrape.ts";
import type { GuardedHttp } from "./guarded-fetch.ts";
import type { Probe } from "./probe.ts";
import type { TargetGuard } from "./target-guard.ts";
import type { TargetState } from "./target-states.ts";
import { type Target, targetOfUrl } from "./target.ts";

/** What a probe works with. */
export interface ProbeMeans {
  readonly guard: TargetGuard;
  readonly http: GuardedHttp;
  readonly state: TargetState;
  readonly parameters: ReadonlyMap<string, string>;
  /** Aborts when nobody waits any more. */
  readonly signal: AbortSignal;
  /** The `performance.now()` at which the first that waits is answered. */
  readonly dueAt: number;
}

/** Runs a probe, and returns its metrics. Rejects if it fails; what it still fetches is then cut off, as it is at its end. */
export async function runProbe(probe: Probe, target: Target, means: ProbeMeans): Promise<Registry> {
  const { guard, http, state, parameters, signal, dueAt } = means;
  const ended = new AbortController();
  const cutOff = AbortSignal.any([signal, ended.signal]);
  const scrape = new Scrape(signal, { dueAt });
  try {
    state.value ??= probe.createState?.(target.text) ?? {};
    await probe.probe(target.text, scrape, {
      fetch: (url, request = {}) => http.fetch(url, request, cutOff),
      connectGuard: (host, port) => guard.connection(host, port),
      checkUrl: (url) => guard.check(targetOfUrl(url)),
      parameters,
      state: state.value as Record<string, unknown>,
    });
  } finally {
    ended.abort(new Error("the probe has ended"));
  }
  return scrape.registry;
}

/**
 * What is exposed of a probe: what it collected, undefined if it failed, and how it fared, in blackbox_exporter's words.
 * Throws if the probe itself collected a metric of such a name.
 */
export function probeRegistry(collected: Registry | undefined, seconds: number): Registry {
  const registry = new Registry();
  const success = new Gauge({
    name: "probe_success",
    help: "Displays whether or not the probe was a success",
    registers: [registry],
  });
  const duration = new Gauge({
    name: "probe_duration_seconds",
    help: "Returns how long the probe took to complete in seconds",
    registers: [registry],
  });
  for (const metric of collected?.getMetricsAsArray() ?? []) registry.registerMetric(metric);
  success.set(collected === undefined ? 0 : 1);
  duration.set(seconds);
  return registry;
}
