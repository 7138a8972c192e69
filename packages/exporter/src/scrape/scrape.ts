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

/** What a collector declares a metric with: as in the client library, but for what the scrape itself sees to. */
export type Declaration<Options> = Omit<Options, "registers" | "collect">;

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
  /** Aborts when the scrape's time is up. Hand it to whatever waits: `fetch`, timers, queries. */
  readonly signal: AbortSignal;
  /**
   * How many seconds the scrape had left when it called the collector; Infinity where that is not known. Who has to tell that a
   * source does not answer gives up before: after that nobody listens.
   */
  readonly seconds: number;
  /** The metrics made so far. One of a type that has no method here is declared with `registers: [scrape.registry]`. */
  readonly registry: Registry = new Registry();
  readonly #helpEnd: string;

  /** `helpEnd` is added to the help of each metric. */
  constructor(signal: AbortSignal, helpEnd = "", seconds: number = Infinity) {
    this.signal = signal;
    this.seconds = seconds;
    this.#helpEnd = helpEnd;
  }

  /** A counter; `setTotal` to what the source tells. */
  counter<const Names extends string = never>(options: Declaration<MetricOptions<Names>>): Counter<Names> {
    return new Counter<Names>(this.#declared(options));
  }

  /** A gauge. */
  gauge<const Names extends string = never>(options: Declaration<MetricOptions<Names>>): Gauge<Names> {
    return new Gauge<Names>(this.#declared(options));
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
    return new Unknown<Names>(this.#declared(options));
  }

  #declared<Options extends { readonly help: string }>(options: Options): Options & { registers: Registry[] } {
    return { ...options, help: options.help + this.#helpEnd, registers: [this.registry] };
  }
}
