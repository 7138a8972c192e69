import { Counter, ExpositionCache, Registry } from "@exporterkit/client";
import { messageOf } from "../exporter-error.ts";
import type { Logger } from "../logger.ts";
import { CollectionDeadline } from "./collection-deadline.ts";
import type { Collector } from "./collector.ts";
import { CollectorTimeout } from "./collector-runner.ts";
import { FailureLog } from "./failure-log.ts";
import { Loan } from "./loan.ts";
import { MadeFamilies } from "./made-families.ts";
import { Outcome } from "./outcome.ts";
import { ReusedMetrics } from "./reused-metrics.ts";
import { RunningCollectors } from "./running-collectors.ts";

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
  /** What is kept of the exposition of one scrape for the next. */
  readonly #cache = new ExpositionCache();
  readonly #own = new Registry();
  readonly #timeouts: Counter<"collector">;
  /** What is in the registries that were handed out. */
  readonly #loans = new WeakMap<Registry, Loan[]>();
  /** Of a scrape that is over: how the collectors fared, as metrics, and what was exposed. */
  #spare: { readonly fared: ReusedMetrics; readonly made: MadeFamilies } | undefined;
  #running: RunningCollectors | undefined;
  #isStopped = false;

  constructor({ base, logger }: PipelineOptions) {
    this.#base = base;
    this.#logger = logger;
    this.#failures = new FailureLog(logger);
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
    this.#failures.keep(new Set(started.names));
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
   * {@link NothingCollected} if collectors were asked for and not one of them succeeded.
   */
  async collect({ isAbandoned = () => false, names, isSample = false, ...scrape }: ScrapeContext): Promise<Registry> {
    const deadline = new CollectionDeadline(scrape.signal, scrape.seconds ?? Infinity, isAbandoned);
    const results = (await this.#running?.collect(deadline, names, isSample)) ?? [];
    deadline.end();
    const spare = this.#spare;
    this.#spare = undefined;
    const fared = spare?.fared ?? new ReusedMetrics();
    fared.begin();
    const outcome = new Outcome(fared);
    const isSame = spare?.made.isOf(results.flatMap((result) => result.registry ?? [])) === true;
    const made = isSame ? spare.made : new MadeFamilies(this.#merged(outcome.registry));
    for (const { registry, error, loan: _, ...result } of results) {
      const { collector } = result;
      let failure = error;
      try {
        if (registry !== undefined && !isSame) made.add(registry);
      } catch (clash) {
        failure = clash;
      }
      outcome.tell({ ...result, succeeded: failure === undefined });
      if (failure === undefined) this.#failures.succeeded(collector);
      else if (isAbandoned()) this.#logger.debug({ collector, error: messageOf(failure) }, "collector abandoned");
      else this.#failed(collector, failure, deadline.signal);
    }
    if (results.length > 0 && outcome.failures === results.length) throw new NothingCollected();
    fared.end();
    const loan = new Loan(() => (this.#spare = { fared, made }));
    loan.hold();
    this.#loans.set(made.exposed, [loan, ...results.flatMap((result) => result.loan ?? [])]);
    return made.exposed;
  }

  /** Says that nobody reads what {@link collect} returned any more, so that its metrics can be used for another scrape. */
  release(collected: Registry): void {
    for (const loan of this.#loans.get(collected) ?? []) loan.release();
    this.#loans.delete(collected);
  }

  /** The metrics of the exporter itself, with how the collectors fared, where what they collect is added. */
  #merged(fared: Registry): Registry {
    return Registry.merge([...this.#base, this.#own, fared], {
      onCollectError: (error, source) => this.#failures.failed(source, error),
      cache: this.#cache,
    });
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
