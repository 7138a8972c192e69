import type { Scrape } from "../scrape/scrape.ts";
import type { GuardedFetch } from "./guarded-fetch.ts";
import type { GuardedConnection, TargetRules } from "./target-guard.ts";

/** Targets by names that mean something to the probe alone, such as the databases of its configuration. */
export interface TargetNames {
  /** Each is a target as Prometheus gives it, letter by letter. Every other is answered 403. */
  readonly names: readonly string[];
}

/** What a probe has besides the scrape. */
export interface ProbeContext<State extends object> {
  /** Fetches from allowed targets only. */
  readonly fetch: GuardedFetch;
  /**
   * What `net.connect` and `tls.connect` take to connect to an allowed target, and to no other whatever its name resolves to:
   * `connect(context.connectGuard("db.example.com", 5432))`. Throws an `ExporterError` `target_refused` where no rule
   * allows it.
   */
  readonly connectGuard: (host: string, port: number) => GuardedConnection;
  /** Throws an `ExporterError` `target_refused` or `invalid_target` where no rule allows the URL; to connect still takes `connectGuard`. */
  readonly checkUrl: (url: URL) => void;
  /** Those of the probe's `parameters` that were given. */
  readonly parameters: ReadonlyMap<string, string>;
  /**
   * What the probe keeps from one probe of this target, with these parameters, to the next, such as a connection, or counts for a rate. No other
   * probe of the target runs meanwhile. A state that is dropped, for targets that were not probed for longest or at the
   * end, is disposed of by its `Symbol.asyncDispose`, `Symbol.dispose` or `close`, if it has one.
   */
  readonly state: State;
}

/** Collects the metrics of targets that Prometheus names: a module, in the words of blackbox_exporter. */
export interface Probe<State extends object = Record<string, unknown>> {
  /** What `/probe?module=` calls it: lower case, short, and unique in an exporter. */
  readonly name: string;
  /** What it may probe. Default: what the exporter's {@link ProbeOptions.targets} have. */
  readonly targets?: TargetRules | TargetNames | undefined;
  /** Which parameters `/probe` takes besides `target` and `module`, each once; others are ignored. Default: none. */
  readonly parameters?: readonly string[] | undefined;
  /**
   * Adds the target's current metrics to `scrape`. One that throws, rejects or is not done by the scrape's deadline has
   * failed: its metrics are lost and `probe_success` is 0. `target` has been checked; it is `host`, `host:port` or a URL, as
   * Prometheus gave it but for upper case and such, or one of the names that `targets` has.
   */
  probe(target: string, scrape: Scrape, context: ProbeContext<State>): void | Promise<void>;
  /** Makes the state of a target before its first probe. Default: an empty object. */
  createState?(target: string): State;
}

/** Probes of targets that Prometheus names, at `/probe?target=…&module=…`. */
export interface ProbeOptions {
  /** What can be asked for as `module`. */
  readonly probes: readonly Probe[];
  /** What may be probed by probes that do not say it themselves. Default: nothing. */
  readonly targets?: TargetRules | undefined;
  /** Of how many targets, counted for each module, a state is kept. Default: 1000. */
  readonly maxTargets?: number | undefined;
  /** How many probes may run at a time; one more is answered 503. Default: 100. */
  readonly maxProbes?: number | undefined;
}

/**
 * Gives a probe its types.
 *
 * ```ts
 * const ready = defineProbe({
 *   name: "ready",
 *   async probe(target, scrape, { fetch }) {
 *     const response = await fetch(`http://${target}/-/ready`);
 *     scrape.gauge({ name: "ready", help: "Whether it is ready." }).set(response.ok ? 1 : 0);
 *   },
 * });
 * ```
 */
export function defineProbe<State extends object = Record<string, unknown>>(probe: Probe<State>): Probe {
  return probe as unknown as Probe;
}
