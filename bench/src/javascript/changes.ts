import type { ExpositionWork } from "../work.ts";
import { durations } from "./counting.ts";
import { labelSets } from "./label-sets.ts";
import type { LibraryRegistry } from "./library.ts";

/**
 * Puts the series of a work into a registry, each with a value, and returns a function that changes as many as the work says,
 * picked at random unless they are all.
 */
export function changing(
  registry: LibraryRegistry,
  { metric, series, values, changed }: Pick<ExpositionWork, "metric" | "series" | "values" | "changed">,
): () => void {
  const changeOne = metric === "counter" ? countingIn(registry, series, values) : observingIn(registry, series);
  for (let i = 0; i < series; i++) changeOne(i, i);
  let round = 0;
  return () => {
    round++;
    if (changed === 1) for (let i = 0; i < series; i++) changeOne(i, 1 + ((i * 7 + round) % 100));
    else for (let n = 0; n < series * changed; n++) changeOne(Math.floor(Math.random() * series), 1 + (n % 100));
  };
}

function countingIn(
  registry: LibraryRegistry,
  series: number,
  values: ExpositionWork["values"],
): (index: number, amount: number) => void {
  const counter = registry.counter();
  const bound = Array.from(labelSets(series), (labels) => counter.labels(labels));
  if (values === "floats") return (index) => bound[index]!.inc(Math.random());
  return (index, amount) => bound[index]!.inc(amount);
}

function observingIn(registry: LibraryRegistry, series: number): (index: number, amount: number) => void {
  const histogram = registry.histogram();
  const bound = Array.from(labelSets(series), (labels) => histogram.labels(labels));
  const seconds = durations(1024);
  return (index, amount) => bound[index]!.observe(seconds[(index + amount) & 1023]!);
}
