import type { Answer } from "../work.ts";
import { labelSets, shuffle } from "./label-sets.ts";
import type { Library } from "./library.ts";
import { elapsed } from "./elapsed.ts";

/** Counts with the labels given at each call. */
export function incrementing(library: Library, series: number): (times: number) => Answer {
  const counter = library.registry().counter();
  const sets = shuffle([...labelSets(series)]);
  for (const labels of sets) counter.inc(labels);
  let next = 0;
  return (times) =>
    elapsed(() => {
      for (let i = 0; i < times; i++) {
        counter.inc(sets[next]!);
        next = next + 1 === series ? 0 : next + 1;
      }
    });
}

/** Counts in one bound series. */
export function incrementingBound(library: Library): (times: number) => Answer {
  const [labels] = labelSets(20);
  const series = library.registry().counter().labels(labels!);
  return (times) =>
    elapsed(() => {
      for (let i = 0; i < times; i++) series.inc();
    });
}

/** Observes durations in one bound series. */
export function observing(library: Library, native: boolean): (times: number) => Answer {
  const [labels] = labelSets(20);
  const registry = library.registry();
  const series = (native ? registry.nativeHistogram!() : registry.histogram()).labels(labels!);
  const values = durations(1024);
  return (times) =>
    elapsed(() => {
      for (let i = 0; i < times; i++) series.observe(values[i & 1023]!);
    });
}

/** Durations in seconds, log-normal around a tenth of a second. */
export function durations(count: number): Float64Array {
  return Float64Array.from({ length: count }, () => 0.1 * Math.exp(normal()));
}

/** A number of the standard normal distribution, by Box and Muller. */
function normal(): number {
  return Math.sqrt(-2 * Math.log(1 - Math.random())) * Math.cos(2 * Math.PI * Math.random());
}
