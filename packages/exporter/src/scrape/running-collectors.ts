import type { CollectionDeadline } from "./collection-deadline.ts";
import { checkCollectors, type Collector } from "./collector.ts";
import { CollectorRunner } from "./collector-runner.ts";
import { startCollectors } from "./lifecycle.ts";
import type { Loan } from "./loan.ts";
import { byPrecedence } from "./precedence.ts";
import type { Registry } from "@exporterkit/client";

/** What became of one collector in a scrape: a registry, or the error that stands in its place. */
export interface CollectorResult {
  readonly collector: string;
  readonly seconds: number;
  /** Why there was nothing to collect, which is no failure. */
  readonly noData?: string | undefined;
  /** See `Collector.reportedAs`. */
  readonly reportedAs?: string | undefined;
  readonly registry?: Registry | undefined;
  /** See `Collected.loan`. */
  readonly loan?: Loan | undefined;
  readonly error?: unknown;
}

/** Collectors that have been started, until they are stopped. */
export class RunningCollectors {
  readonly names: readonly string[];
  readonly #runners: readonly CollectorRunner[];
  readonly #stop: () => Promise<void>;
  readonly #scrapes = new Set<Promise<unknown>>();

  private constructor(collectors: readonly Collector[], stop: () => Promise<void>) {
    this.names = collectors.map(({ name }) => name);
    this.#runners = byPrecedence(collectors).map((collector) => new CollectorRunner(collector));
    this.#stop = stop;
  }

  /** Starts collectors. Rejects, having stopped those that had started, if one is not well-formed or does not start. */
  static async start(collectors: readonly Collector[]): Promise<RunningCollectors> {
    checkCollectors(collectors);
    return new RunningCollectors(collectors, await startCollectors(collectors));
  }

  /** What became of the collectors of these names, or of all. They learn that it is exposed, unless it is a sample. */
  async collect(
    deadline: CollectionDeadline,
    names: ReadonlySet<string> | undefined,
    isSample: boolean,
  ): Promise<CollectorResult[]> {
    const wanted = this.#runners.filter(({ collector }) => names?.has(collector.name) ?? true);
    const scrape = Promise.all(wanted.map((runner) => resultOf(runner, deadline, isSample)));
    this.#scrapes.add(scrape);
    try {
      return await scrape;
    } finally {
      this.#scrapes.delete(scrape);
    }
  }

  /** Stops the collectors once the scrapes that use them are over. */
  async stop(): Promise<void> {
    await Promise.all(this.#scrapes);
    await this.#stop();
  }
}

async function resultOf(
  runner: CollectorRunner,
  deadline: CollectionDeadline,
  isSample: boolean,
): Promise<CollectorResult> {
  const { name: collector, reportedAs } = runner.collector;
  const start = performance.now();
  try {
    const { registry, seconds, noData, loan, exposed } = await runner.collect(
      deadline.signal,
      deadline.isAbandoned,
      deadline.at,
    );
    deadline.collected(registry);
    if (!isSample) exposed();
    return { collector, reportedAs, registry, seconds, noData, loan };
  } catch (error) {
    const seconds = (performance.now() - start) / 1000;
    return { collector, reportedAs, seconds, error: error ?? new Error("failed with nothing") };
  }
}
