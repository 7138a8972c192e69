import type { IncomingMessage, ServerResponse } from "node:http";
import type { Registry } from "@exporterkit/client";
import { metricsHandler, type ScrapeInProgress } from "@exporterkit/client/http";
import { ExporterError, messageOf } from "../exporter-error.ts";
import type { Logger } from "../logger.ts";
import { queryOf } from "../query-of.ts";
import { SharedCall } from "../scrape/shared-call.ts";
import { within } from "../scrape/within.ts";
import { GuardedHttp } from "./guarded-fetch.ts";
import { Places } from "./places.ts";
import type { Probe, ProbeOptions, TargetNames } from "./probe.ts";
import { probeRegistry, runProbe } from "./run-probe.ts";
import { TargetGuard, type TargetRules } from "./target-guard.ts";
import { type TargetState, TargetStates } from "./target-states.ts";
import { namedTarget, parseTarget, type Target, withoutSecrets } from "./target.ts";

/** An answer without metrics. */
interface Refusal {
  readonly status: number;
  readonly body: string;
}

/** A target that a probe knows by its name. */
export interface NamedTarget {
  /** The name of the probe. */
  readonly module: string;
  readonly target: string;
}

/** What probes may probe, and how they get there. */
interface Reach {
  readonly guard: TargetGuard;
  readonly http: GuardedHttp;
  /** The targets, where they are names that mean something to the probe alone. */
  readonly names: ReadonlySet<string> | undefined;
}

/** What a request asks for. */
interface Asked {
  readonly probe: Probe;
  readonly reach: Reach;
  readonly target: Target;
  readonly parameters: ReadonlyMap<string, string>;
  /** The same for all requests of the same. */
  readonly key: string;
}

// Those that join a probe cost little, but not nothing.
const requestsPerProbe = 10;

/** How much of a failure is logged, in characters. */
const longestMessage = 1000;

/** How long the states of targets may take to be disposed of. */
const closingSeconds = 10;

const unheededSignal = "the probe before it goes on, though its time is up: have the module heed scrape.signal";

/** Answers requests for probes. */
export class Probes {
  readonly #probes: ReadonlyMap<string, Probe>;
  readonly #reaches = new Map<TargetRules | TargetNames, Reach>();
  readonly #defaultTargets: TargetRules;
  readonly #states: TargetStates;
  readonly #running = new Map<string, SharedCall<Registry>>();
  readonly #places: Places;
  readonly #maxProbes: number;
  readonly #logger: Logger;
  readonly #answers = new Set<Promise<void>>();

  /** Throws an {@link ExporterError} if a name is taken, a rule malformed or a limit none. */
  constructor({ probes, targets = { allow: [] }, maxTargets = 1000, maxProbes = 100 }: ProbeOptions, logger: Logger) {
    for (const [name, value] of Object.entries({ maxTargets, maxProbes })) {
      if (!(value >= 1)) throw new ExporterError("invalid_probe", `${name} is ${value}: give a number above 0.`);
    }
    this.#probes = byName(probes);
    this.#defaultTargets = targets;
    for (const each of [targets, ...probes.map((probe) => probe.targets ?? targets)]) {
      if (!this.#reaches.has(each)) this.#reaches.set(each, reachOf(each));
    }
    this.#states = new TargetStates(maxTargets, (error) =>
      logger.warn({ error: withoutSecrets(messageOf(error)) }, "state of a target could not be disposed of"),
    );
    this.#maxProbes = maxProbes;
    this.#places = new Places(maxProbes);
    this.#logger = logger;
  }

  /** The targets that are known by names. Others only Prometheus knows. */
  get namedTargets(): readonly NamedTarget[] {
    return Array.from(this.#probes.values(), ({ name: module, targets }) =>
      targets !== undefined && "names" in targets ? targets.names.map((target) => ({ module, target })) : [],
    ).flat();
  }

  /** Answers a request with the metrics of a probe, or returns why there is none. */
  async answer(request: IncomingMessage, response: ServerResponse): Promise<Refusal | undefined> {
    let asked: Asked;
    try {
      asked = this.#read(request.url ?? "");
    } catch (error) {
      if (!(error instanceof ExporterError)) throw error;
      return { status: error.code === "target_refused" ? 403 : 400, body: `${error.message}\n` };
    }
    const { key } = asked;
    const isBusy = this.#answers.size >= this.#maxProbes * requestsPerProbe;
    const leave = isBusy ? undefined : this.#places.take(key);
    if (leave === undefined) {
      return { status: 503, body: `${this.#maxProbes} probes are running already; try again later.\n` };
    }
    const state = this.#states.of(key);
    if (state === undefined) {
      leave();
      return { status: 503, body: "All targets are being probed; try again later.\n" };
    }
    state.hold();
    let end = (): void => {
      end = () => {};
      leave();
      state.letGo();
    };
    const handler = metricsHandler({
      ownMetrics: false,
      registry: (scrape) => this.#join(asked, state, scrape).finally(() => end()),
      onError: (error) => this.#logger.error({ error: withoutSecrets(messageOf(error)) }, "request failed"),
    });
    const answered = handler(request, response);
    this.#answers.add(answered);
    try {
      await answered;
    } finally {
      this.#answers.delete(answered);
      end();
    }
    return undefined;
  }

  /**
   * Closes the connections to targets and disposes of their states, once the requests that are there are answered. Rejects
   * where that takes longer than 10 seconds.
   */
  async close(): Promise<void> {
    await Promise.allSettled(this.#answers);
    const connections = Array.from(this.#reaches.values(), ({ http }) => http.close());
    await within(Promise.all([this.#states.close(), ...connections]), closingSeconds);
  }

  #read(url: string): Asked {
    const parameters = queryOf(url);
    const module = only(parameters, "module", `one of ${[...this.#probes.keys()].join(", ")}`);
    const probe = this.#probes.get(module);
    if (probe === undefined) {
      const known = [...this.#probes.keys()].join(", ");
      throw new ExporterError(
        "invalid_probe",
        `Module ${JSON.stringify(module.slice(0, 100))} is unknown: use ${known}.`,
      );
    }
    const reach = this.#reaches.get(probe.targets ?? this.#defaultTargets)!;
    const { names, guard } = reach;
    const text = only(parameters, "target", names === undefined ? "host, host:port or a URL" : "the name of a target");
    const target = names === undefined ? parseTarget(text) : namedTarget(text, names);
    if (names === undefined) guard.check(target);
    const own = ownParameters(parameters, probe.parameters);
    return { probe, reach, target, parameters: own, key: `${module} ${target.text} ${JSON.stringify([...own])}` };
  }

  /** The metrics of the probe that runs, or of a new one. Never rejects. */
  async #join(asked: Asked, state: TargetState, { signal, isAbandoned, seconds }: ScrapeInProgress): Promise<Registry> {
    const start = performance.now();
    const dueAt = start + seconds * 1000;
    try {
      // One that hangs must not keep those who come after it: where scrapes always overlap, it would for ever.
      for (let late = this.#running.get(asked.key); late?.isLate === true; late = this.#running.get(asked.key)) {
        await late.over(signal);
      }
      return await this.#sharedProbe(asked, state, dueAt).join(signal, isAbandoned);
    } catch (error) {
      if (!isAbandoned()) this.#report(asked, state, state.isWaitedFor ? unheededSignal : error);
      return probeRegistry(undefined, secondsSince(start));
    }
  }

  /** The probe that runs, or a new one. */
  #sharedProbe(asked: Asked, state: TargetState, dueAt: number): SharedCall<Registry> {
    const { key } = asked;
    const running = this.#running.get(key);
    if (running !== undefined) return running;
    const begun: SharedCall<Registry> = new SharedCall(
      (signal) => this.#run(asked, state, signal, dueAt),
      () => {
        if (this.#running.get(key) === begun) this.#running.delete(key);
      },
    );
    this.#running.set(key, begun);
    return begun;
  }

  /** Runs a probe, once the one before it has ended. Never rejects. */
  async #run(asked: Asked, state: TargetState, signal: AbortSignal, dueAt: number): Promise<Registry> {
    await state.take();
    const start = performance.now();
    try {
      signal.throwIfAborted();
      const means = { ...asked.reach, state, parameters: asked.parameters, signal, dueAt };
      const collected = await runProbe(asked.probe, asked.target, means);
      const registry = probeRegistry(collected, secondsSince(start));
      state.lastFailure = undefined;
      return registry;
    } catch (error) {
      if (!signal.aborted) this.#report(asked, state, error);
      return probeRegistry(undefined, secondsSince(start));
    } finally {
      state.release();
    }
  }

  /** Logs a failure: a target that stays down is news only once. */
  #report({ probe, target }: Asked, state: TargetState, error: unknown): void {
    // Some of it may be what the target says.
    const message = withoutSecrets(messageOf(error)).slice(0, longestMessage);
    const level = state.lastFailure === message ? "debug" : "warn";
    state.lastFailure = message;
    this.#logger[level]({ module: probe.name, target: target.shown, error: message }, "probe failed");
  }
}

function reachOf(targets: TargetRules | TargetNames): Reach {
  // What is known by names is reached by the probe's own means.
  const guard = new TargetGuard("names" in targets ? { allow: [] } : targets);
  return { guard, http: new GuardedHttp(guard), names: "names" in targets ? new Set(targets.names) : undefined };
}

function byName(probes: readonly Probe[]): Map<string, Probe> {
  const named = new Map<string, Probe>();
  for (const probe of probes) {
    if (named.has(probe.name)) {
      throw new ExporterError("invalid_probe", `Two probes are called "${probe.name}": give each a name of its own.`);
    }
    named.set(probe.name, probe);
  }
  return named;
}

/** The value of a parameter that must be there once. */
function only(parameters: URLSearchParams, name: string, what: string): string {
  const [value = "", ...more] = parameters.getAll(name);
  if (value !== "" && more.length === 0) return value;
  const reason = value === "" ? "is missing" : "is given more than once";
  throw new ExporterError(
    name === "target" ? "invalid_target" : "invalid_probe",
    `Parameter ${name} ${reason}: ask for /probe?target=…&module=…, with ${what} as ${name}.`,
  );
}

/** Those of the parameters that a probe takes. */
function ownParameters(parameters: URLSearchParams, names: readonly string[] = []): Map<string, string> {
  const own = new Map<string, string>();
  for (const name of names) {
    const [value, ...more] = parameters.getAll(name);
    if (more.length > 0) {
      throw new ExporterError("invalid_probe", `Parameter ${name} is given more than once: give it once.`);
    }
    if (value !== undefined) own.set(name, value);
  }
  return own;
}

function secondsSince(start: number): number {
  return (performance.now() - start) / 1000;
}
