import type { Gauge } from "../metrics/gauge.ts";

/** How many requests are being answered. A gauge that is reset meanwhile is right again with the next that begins or ends. */
export class InFlight {
  readonly #gauge: Gauge;
  #count = 0;

  constructor(gauge: Gauge) {
    this.#gauge = gauge;
  }

  begin(): void {
    this.#gauge.set(++this.#count);
  }

  end(): void {
    this.#gauge.set(--this.#count);
  }
}
