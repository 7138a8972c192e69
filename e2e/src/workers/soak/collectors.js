import { Counter, Gauge, Histogram } from "@exporterkit/client";
import { random } from "./random.js";

const failure = new Error("It fails now and then.");

/** Whether a collector is meant to fail in that way. */
export function isMeant(error) {
  return error === failure || error.message.startsWith("not done within");
}

/** Collectors that make families anew each time, from a state that {@link SoakCollectors.change} changes. */
export class SoakCollectors {
  /** Whether one fails, and one is never done. */
  isFailing = false;
  isHanging = false;
  #generation = 0;
  #series = 0;
  #value = 0;

  constructor(registry) {
    registry.registerCollector(() => this.#families());
    registry.registerCollector(async () => {
      if (this.isFailing) throw failure;
      if (this.isHanging) await new Promise(() => {});
      const gauge = new Gauge({ name: "fails_at_times", help: "Fails.", registers: [] });
      gauge.set(this.#value);
      return [gauge];
    });
  }

  change() {
    this.#generation++;
    this.#series = random(300);
    this.#value = random(1000);
  }

  #families() {
    const labelNames = ["series"];
    const gauge = new Gauge({ name: "made", help: "Made anew.", labelNames, registers: [] });
    const histogram = new Histogram({ name: "made_seconds", help: "Made anew.", labelNames, registers: [] });
    // Their names are seen no more after the next change.
    const counters = Array.from({ length: 20 }, (_, i) => {
      const name = `made_in_${this.#generation}_${i}_total`;
      return new Counter({ name, help: "Made anew, under a new name.", registers: [] });
    });
    for (let i = 0; i < this.#series; i++) {
      const series = i % 3 === 0 ? String(i) : `${i} of ${this.#generation}`;
      gauge.set({ series }, this.#value * i);
      histogram.observe({ series }, this.#value);
    }
    for (const counter of counters) counter.inc(this.#value);
    return [gauge, histogram, ...counters];
  }
}
