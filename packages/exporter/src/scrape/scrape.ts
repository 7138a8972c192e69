import {
  Counter,
  Gauge,
  Info,
  type MetricOptions,
  Registry,
  StateSet,
  type StateSetOptions,
  Unknown,
} from "@exporterkit/client";
import type { ReusedMetrics } from "./reused-metrics.ts";

/** What a collector declares a metric with: as in the client library, but for what the scrape itself sees to. */
export type Declaration<Options> = Omit<Options, "registers" | "collect">;

interface ScrapeSettings {
  /** What is added to the help of each metric. Default: nothing. */
  readonly helpEnd?: string | undefined;
  /** The `performance.now()` at which the time is up. Default: never. */
  readonly dueAt?: number | undefined;
  /** The metrics of a scrape before. Default: they are made anew. */
  readonly reused?: ReusedMetrics | undefined;
  /** Where callbacks of {@link Scrape.onExposed} are to be found. Default: nobody calls them. */
  readonly exposed?: (() => void)[] | undefined;
}

/**
 * One collector's part in one scrape. The metrics it makes live for this scrape alone, so that a series the source no
 * longer has is gone at once, and scrapes that overlap cannot disturb each other.
 *
 * ```ts
 * const temperature = scrape.gauge({ name: "room_temperature_celsius", help: "Temperature.", labelNames: ["room"] });
 * for (const room of await readRooms(scrape.signal)) temperature.set({ room: room.name }, room.celsius);
 * ```
 */
export class Scrape {
  /** The metrics made so far. One of a type that has no method here is declared with `registers: [scrape.registry]`. */
  readonly registry: Registry;
  readonly #signal: () => AbortSignal;
  readonly #helpEnd: string;
  readonly #dueAt: number;
  readonly #reused: ReusedMetrics | undefined;
  readonly #exposed: (() => void)[];

  constructor(signal: AbortSignal | (() => AbortSignal), settings: ScrapeSettings = {}) {
    const { helpEnd = "", dueAt = Infinity, reused, exposed = [] } = settings;
    this.#signal = typeof signal === "function" ? signal : () => signal;
    this.#helpEnd = helpEnd;
    this.#dueAt = dueAt;
    this.#reused = reused;
    this.registry = reused?.registry ?? new Registry();
    this.#exposed = exposed;
  }

  /** Aborts when the scrape's time is up. Hand it to whatever waits: `fetch`, timers, queries. */
  get signal(): AbortSignal {
    return this.#signal();
  }

  /**
   * Seconds until the scrape's time is up, by when all of what is collected is lost; `Infinity` where it has no limit. What is
   * collected piece by piece can give up a piece before, and keep the others.
   */
  get secondsLeft(): number {
    return Math.max((this.#dueAt - performance.now()) / 1000, 0);
  }

  /**
   * Has `exposed` called when a scrape has got what is collected, and again by each other scrape that shares it; but not for a
   * sample of the live page, of which Prometheus learns nothing. For a source that goes on from what Prometheus was told.
   */
  onExposed(exposed: () => void): void {
    this.#exposed.push(exposed);
  }

  /** A counter; `setTotal` to what the source tells. */
  counter<const Names extends string = never>(options: Declaration<MetricOptions<Names>>): Counter<Names> {
    const make = (): Counter<Names> => new Counter<Names>(this.#declared(options));
    return this.#reused?.take("counter", options, make) ?? make();
  }

  /** A gauge. */
  gauge<const Names extends string = never>(options: Declaration<MetricOptions<Names>>): Gauge<Names> {
    const make = (): Gauge<Names> => new Gauge<Names>(this.#declared(options));
    return this.#reused?.take("gauge", options, make) ?? make();
  }

  /** Facts as the labels of a series that is always 1; its name ends in `_info`. */
  info<const Names extends string = never>(options: Declaration<MetricOptions<Names>>): Info<Names> {
    return new Info<Names>(this.#declared(options));
  }

  /** Which of several states something is in. */
  stateSet<const States extends string, const Names extends string = never>(
    options: Declaration<StateSetOptions<States, Names>>,
  ): StateSet<States, Names> {
    return new StateSet<States, Names>(this.#declared(options));
  }

  /** A number of which the source does not say whether it may fall. */
  unknown<const Names extends string = never>(options: Declaration<MetricOptions<Names>>): Unknown<Names> {
    const make = (): Unknown<Names> => new Unknown<Names>(this.#declared(options));
    return this.#reused?.take("unknown", options, make) ?? make();
  }

  #declared<Options extends { readonly help: string }>(options: Options): Options & { registers: Registry[] } {
    return { ...options, help: options.help + this.#helpEnd, registers: [this.registry] };
  }
}
