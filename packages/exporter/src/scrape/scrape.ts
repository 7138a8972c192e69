import { Counter, Gauge, type MetricOptions, Registry } from "@exporterkit/client";

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
  /** The metrics made so far. */
  readonly registry: Registry = new Registry();

  constructor(signal: AbortSignal) {
    this.signal = signal;
  }

  /** A counter; `setTotal` to what the source tells. */
  counter<const Names extends string = never>(options: Declaration<MetricOptions<Names>>): Counter<Names> {
    return new Counter<Names>({ ...options, registers: [this.registry] });
  }

  /** A gauge. */
  gauge<const Names extends string = never>(options: Declaration<MetricOptions<Names>>): Gauge<Names> {
    return new Gauge<Names>({ ...options, registers: [this.registry] });
  }
}
