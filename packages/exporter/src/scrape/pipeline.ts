import { Counter, ExpositionCache, Registry, type RegistryOptions } from "@exporterkit/client";
import { messageOf } from "../exporter-error.ts";
import type { Logger } from "../logger.ts";
import type { Clash } from "./clash.ts";
import { ClashLog } from "./clash-log.ts";
import { CollectionDeadline } from "./collection-deadline.ts";
import type { Collector } from "./collector.ts";
import { CollectorTimeout } from "./collector-runner.ts";
import { FailureLog, type FailureSource } from "./failure-log.ts";
import { Loan } from "./loan.ts";
import { MadeFamilies } from "./made-families.ts";
import { Outcome } from "./outcome.ts";
import { ReusedMetrics } from "./reused-metrics.ts";
import { Turns } from "./turns.ts";
import { type CollectorResult, RunningCollectors } from "./running-collectors.ts";

/** What limits a scrape. */
export interface ScrapeContext {
  /** Aborts when the scrape's time is up, or nobody waits any more. */
  readonly signal: AbortSignal;
  /** Whether nobody waits any more: what fails then is no fault. Default: never. */
  readonly isAbandoned?: () => boolean;
  /** Seconds until the time is up. Default: the collectors have until `signal` aborts. */
  readonly seconds?: number | undefined;
  /** The names of the collectors that are asked for. Default: all of them. */
  readonly names?: ReadonlySet<string> | undefined;
  /** Whether it is a sample of the live page, of which Prometheus learns nothing. Default: false. */
  readonly isSample?: boolean | undefined;
}

/** What a pipeline reports to, and what it exposes besides. */
export interface PipelineOptions {
  /** Metrics of the exporter itself, which every scrape has. */
  readonly base: readonly Registry[];
  readonly logger: Logger;
}

/** What was collected for one scrape. */
export interface CollectedScrape {
  readonly registry: Registry;
  /** Says that nobody reads the registry any more, so that its metrics can be used for another scrape; once is enough. */
  readonly release: () => void;
}

/** Every collector that was asked for failed, and the log has why. */
export class NothingCollected extends Error {
  constructor() {
    super("every collector failed");
  }
}

/** Collectors, and what becomes of them in scrape after scrape. */
export class Pipeline {
  readonly #base: readonly Registry[];
  readonly #logger: Logger;
  readonly #failures: FailureLog;
  readonly #clashes: ClashLog;
  /** What is kept of the exposition of one scrape for the next. */
  readonly #cache = new ExpositionCache();
  readonly #own = new Registry();
  /** How many scrapes wait for their collectors. */
  #collecting = 0;
  /** Those that overlap have the collectors' answers at once; what is made of them takes some milliseconds each. */
  readonly #turns = new Turns();
  readonly #timeouts: Counter<"collector">;
  /** Of a scrape that is over: how the collectors fared, as metrics, and what was exposed. */
  #spare: { readonly fared: ReusedMetrics; readonly made: MadeFamilies } | undefined;
  #running: RunningCollectors | undefined;
  #isStopped = false;

  constructor({ base, logger }: PipelineOptions) {
    this.#base = base;
    this.#logger = logger;
    this.#failures = new FailureLog(logger);
    this.#clashes = new ClashLog(logger);
    this.#timeouts = new Counter({
      name: "exporterkit_collector_timeouts_total",
      help: "Scrapes in which the collector was not done in time.",
      labelNames: ["collector"],
      registers: [this.#own],
    });
  }

  /** The names of the collectors. */
  get names(): readonly string[] {
    return this.#running?.names ?? [];
  }

  /**
   * Starts the collectors and has them take the place of those before, which are stopped once the scrapes that use them are
   * over. Rejects if one of them is not well-formed or does not start; those before then go on. Rejects after {@link stop},
   * too, and leaves none of them running where that comes meanwhile.
   */
  async use(collectors: readonly Collector[]): Promise<void> {
    if (this.#isStopped) throw new Error("the exporter is stopped");
    const started = await RunningCollectors.start(collectors);
    if (this.#isStopped) {
      await started.stop();
      throw new Error("the exporter was stopped meanwhile");
    }
    const before = this.#running;
    this.#running = started;
    const names = new Set(started.names);
    this.#failures.keep(names);
    this.#clashes.keep(names);
    for (const collector of started.names) this.#timeouts.labels({ collector });
    for (const collector of before?.names ?? []) {
      if (!started.names.includes(collector)) this.#timeouts.remove({ collector });
    }
    await before?.stop().catch((error: unknown) => {
      this.#logger.error({ error: messageOf(error) }, "a collector that was replaced did not stop");
    });
  }

  /** Stops the collectors once the scrapes that use them are over; there are none from then on. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    const running = this.#running;
    this.#running = undefined;
    await running?.stop();
  }

  /**
   * Runs every collector that is asked for at once, each until it is time to write at the latest, and returns what they
   * collected, the metrics of the exporter itself and how each collector fared. Throws
   * {@link NothingCollected} if collectors were asked for and not one of them succeeded, and another error if nobody waits any
   * more.
   */
  async collect({
    isAbandoned = () => false,
    names,
    isSample = false,
    ...scrape
  }: ScrapeContext): Promise<CollectedScrape> {
    const deadline = new CollectionDeadline(scrape.signal, scrape.seconds ?? Infinity, isAbandoned);
    const running = this.#running;
    this.#collecting++;
    const results = (await running?.collect(deadline, names, isSample)) ?? [];
    this.#collecting--;
    deadline.end();
    if (this.#collecting > 0) await this.#turns.take();
    if (isAbandoned()) throw this.#abandoned(results);
    const spare = this.#spare;
    this.#spare = undefined;
    const fared = spare?.fared ?? new ReusedMetrics();
    fared.begin();
    const outcome = new Outcome(fared, results);
    const registries = results.flatMap((result) => result.registry ?? []);
    const isSame = spare?.made.isOf(registries) === true;
    const made = isSame ? spare.made : this.#merged(outcome.registry);
    const clashes: Clash[] = [];
    for (const { registry, error, loan: _, ...result } of results) {
      const { collector } = result;
      const leftOut = registry === undefined || isSame ? none : made.add(collector, registry);
      clashes.push(...leftOut);
      const succeeded = registry !== undefined && leftOut.length === 0;
      outcome.tell({ ...result, succeeded });
      if (succeeded) this.#failures.succeeded(collector);
      else if (registry !== undefined) continue;
      else this.#failed(collector, error, deadline.signal);
    }
    if (running === this.#running) {
      this.#clashes.tell(clashes, (name) =>
        results.some((each) => each.collector === name && each.registry !== undefined),
      );
    }
    if (results.length > 0 && registries.length === 0) throw new NothingCollected();
    fared.end();
    const loan = new Loan(() => (this.#spare = { fared, made }));
    loan.hold();
    let loans = [loan, ...results.flatMap((result) => result.loan ?? [])];
    const release = (): void => {
      for (const each of loans) each.release();
      loans = [];
    };
    return { registry: made.exposed, release };
  }

  /** The metrics of the exporter itself, with how the collectors fared, where what they collect is added. */
  #merged(fared: Registry): MadeFamilies {
    const besides = [...this.#base, this.#own, fared];
    const options: RegistryOptions = {
      onCollectError: (error, source) => this.#failures.failed(source, error),
      cache: this.#cache,
    };
    try {
      const merged = Registry.merge(besides, options);
      this.#failures.succeeded(ownMetrics.what, ownMetrics);
      return new MadeFamilies(merged, besides);
    } catch (error) {
      // A registry that a program goes on adding to may clash with what every scrape has.
      this.#failures.failed(ownMetrics.what, error, ownMetrics);
      return new MadeFamilies(Registry.merge(mergeable([fared, this.#own, ...this.#base]), options), besides);
    }
  }

  /** Lets go of what was collected for nobody, and returns what to throw. */
  #abandoned(results: readonly CollectorResult[]): Error {
    for (const { collector, registry, error, loan } of results) {
      loan?.release();
      if (registry === undefined) this.#logger.debug({ collector, error: messageOf(error) }, "collector abandoned");
    }
    return new Error("nobody waits for the scrape any more");
  }

  #failed(collector: string, failure: unknown, signal: AbortSignal): void {
    // A scrape of before may end after other collectors have taken the place of its own.
    if (!this.names.includes(collector)) {
      this.#logger.debug({ collector, error: messageOf(failure) }, "collector that was replaced failed");
      return;
    }
    if (failure instanceof CollectorTimeout || (signal.aborted && failure === signal.reason)) {
      this.#timeouts.inc({ collector });
    }
    this.#failures.failed(collector, failure);
  }
}

const none: readonly Clash[] = [];

/** What the log calls the metrics of the exporter itself; no collector is called so. */
const ownMetrics: FailureSource = { what: "a registry of the exporter itself", fields: {} };

/** The registries, less those that clash with one before them. */
function mergeable(registries: readonly Registry[]): Registry[] {
  const kept: Registry[] = [];
  for (const registry of registries) {
    try {
      // It comes first here, so that one of another copy of the client, with which nothing can be compared, is found out.
      Registry.merge([registry, ...kept]);
      kept.push(registry);
    } catch {
      // It is left out.
    }
  }
  return kept;
}
