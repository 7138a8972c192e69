import type { Exemplar } from "../family.ts";
import { escapeLabelName } from "../names.ts";

/** The labels of an exemplar, such as `{ trace_id: "…" }`. */
export type ExemplarLabels = Readonly<Record<string, string>>;

/** Tells what the work at hand can be found by, such as the trace it belongs to; undefined where there is nothing. */
export type ExemplarSource = () => ExemplarLabels | undefined;

// https://prometheus.io/docs/specs/om/open_metrics_spec/#exemplars: names and values together, in code points.
const longestLabels = 128;

/** The latest exemplar of each sample of a family. */
export class Exemplars {
  readonly #source: ExemplarSource | undefined;
  /** By slot, and then by the sample's position. */
  readonly #latest = new Map<number, (Exemplar | undefined)[]>();

  constructor(source: ExemplarSource | undefined) {
    this.#source = source;
  }

  /** Keeps an exemplar for one sample if `given` or the source has labels that are not too long. */
  offer(slot: number, sample: number, value: number, given: ExemplarLabels | undefined): void {
    if (given !== undefined || this.#source !== undefined) this.#keep(slot, sample, value, given);
  }

  /** Whether there are none. */
  get isEmpty(): boolean {
    return this.#latest.size === 0;
  }

  get(slot: number, sample: number): Exemplar | undefined {
    return this.#latest.get(slot)?.[sample];
  }

  remove(slot: number): void {
    this.#latest.delete(slot);
  }

  #keep(slot: number, sample: number, value: number, given: ExemplarLabels | undefined): void {
    const labels = textOf(given ?? this.#ask());
    if (labels === undefined || !isExposable(labels)) return;
    let samples = this.#latest.get(slot);
    if (samples === undefined) this.#latest.set(slot, (samples = []));
    samples[sample] = { labels, value, timestampSeconds: Date.now() / 1000 };
  }

  #ask(): ExemplarLabels | undefined {
    try {
      return this.#source?.();
    } catch {
      // What a tracer does wrong must not reach the code that counts.
      return undefined;
    }
  }
}

/** A copy with every value as a string, whatever a caller without types gave. */
function textOf(labels: ExemplarLabels | undefined): ExemplarLabels | undefined {
  return labels && Object.fromEntries(Object.entries<unknown>(labels).map(([name, value]) => [name, String(value)]));
}

/** Whether every format can show the labels: not too long, and with names that stay apart when they are escaped. */
function isExposable(labels: ExemplarLabels): boolean {
  const names = Object.keys(labels);
  const escaped = new Set(names.map((name) => escapeLabelName(name, "underscores")));
  return !escaped.has("") && escaped.size === names.length && lengthOf(labels) <= longestLabels;
}

function lengthOf(labels: ExemplarLabels): number {
  let length = 0;
  for (const [name, value] of Object.entries(labels)) {
    for (const _ of name) length++;
    for (const _ of value) length++;
  }
  return length;
}
