import type { Family, MetricType, Sample } from "@exporterkit/client";
import { absentLabel } from "@exporterkit/client/series";
import { NativeLadder } from "./native-ladder.ts";
import { bucketBounds } from "./readings.ts";

/** How much more may be kept, of what all families share. */
export interface Budget {
  series: number;
  /** Characters of labels. */
  characters: number;
}

/** How many characters of a label's value, or of a help text, are kept. */
const longestText = 1000;

/**
 * What a family was at each sample. A series has an index that stays, and a sample is a row of numbers: at `index * width`
 * begin those of the series, one for each of `samples`.
 */
export class FamilyHistory {
  readonly name: string;
  readonly type: MetricType;
  readonly help: string;
  readonly unit: string | undefined;
  readonly labelNames: readonly string[];
  samples: readonly Sample[];
  /** Whether it has native histograms alone, of which buckets are made up. */
  readonly isNative: boolean;
  /** The labels of each series by its index; undefined where there is none now. */
  readonly series: (readonly string[] | undefined)[] = [];
  /** The samples, the oldest first; undefined where the family was not collected. */
  readonly rows: (Float64Array | undefined)[];
  /** How many bytes of numbers are kept. */
  bytes = 0;
  /** Goes up when an index is given to another series, and when there are other buckets. */
  epoch = 0;
  readonly #ladder: NativeLadder | undefined;
  readonly #indexes = new Map<string, number>();
  /** The index of the series that was in each slot last. */
  #slots: number[] = [];
  /** The number of the last sample of each series. */
  readonly #seen: number[] = [];
  #free: number[] = [];

  /** `samplesBefore` is how many samples there were before the family came. */
  constructor(family: Family, samplesBefore: number) {
    this.name = family.name;
    this.type = family.type;
    this.help = family.help.slice(0, longestText);
    this.unit = family.unit;
    this.labelNames = family.series.labelNames;
    this.isNative = isNative(family);
    this.#ladder = this.isNative ? new NativeLadder() : undefined;
    this.samples = this.#ladder?.samples ?? family.samples;
    this.rows = Array.from({ length: samplesBefore }, () => undefined);
  }

  /** How many numbers a series has. */
  get width(): number {
    return this.samples.length;
  }

  /** How many series there are. */
  get size(): number {
    return this.#indexes.size;
  }

  /** Whether another collection's family can go on here. */
  continuedBy(family: Family): boolean {
    const { type, help, samples } = family;
    const { labelNames } = family.series;
    if (isNative(family) !== this.isNative) return false;
    return (
      type === this.type &&
      help.slice(0, longestText) === this.help &&
      labelNames.length === this.labelNames.length &&
      labelNames.every((name, position) => name === this.labelNames[position]) &&
      (this.isNative || samples === this.samples || JSON.stringify(samples) === JSON.stringify(this.samples))
    );
  }

  /** The value of a label of a series; empty where it has none. */
  labelOf(index: number, name: string): string {
    return this.series[index]?.[this.labelNames.indexOf(name)] ?? "";
  }

  /** Adds a sample, as far as the budget goes. Returns how many series are left out. */
  record(family: Family, sample: number, budget: Budget): number {
    const { end } = family.series;
    const indexes: number[] = Array.from({ length: end }, () => -1);
    let dropped = 0;
    for (let slot = 0; slot < end; slot++) {
      if (!family.series.isLive(slot)) continue;
      const index = this.#indexOf(family, slot, budget);
      if (index < 0) dropped++;
      else this.#seen[index] = sample;
      indexes[slot] = index;
    }
    this.#slots = indexes;
    this.#cover(family);
    const row = new Float64Array(this.series.length * this.width).fill(Number.NaN);
    const column = family.column?.();
    const values = new Float64Array(this.width);
    for (const [slot, index] of indexes.entries()) {
      if (index < 0) continue;
      if (column !== undefined) row[index] = column[slot]!;
      else {
        if (this.#ladder === undefined) family.read(slot, values);
        else this.#ladder.read(family.native!(slot), values);
        row.set(values, index * this.width);
      }
    }
    this.rows.push(row);
    this.bytes += row.byteLength;
    return dropped;
  }

  /** Forgets the oldest sample. Returns how many bytes it had. */
  shift(): number {
    const bytes = this.rows.shift()?.byteLength ?? 0;
    this.bytes -= bytes;
    return bytes;
  }

  /** Forgets the series that no sample from number `first` on has. */
  release(first: number, budget: Budget): void {
    for (const [index, labels] of this.series.entries()) {
      if (labels === undefined || this.#seen[index]! >= first) continue;
      this.#indexes.delete(keyOf(labels));
      this.series[index] = undefined;
      this.#free.push(index);
      this.epoch++;
      budget.series++;
      budget.characters += lengthOf(labels);
    }
  }

  /** Has buckets for all that native histograms have observed; so have the samples before, which had nothing in them. */
  #cover({ series, native }: Family): void {
    const ladder = this.#ladder;
    if (ladder === undefined) return;
    const before = this.samples;
    for (let slot = 0; slot < series.end; slot++) if (series.isLive(slot)) ladder.cover(native!(slot));
    if (ladder.samples === before) return;
    this.samples = ladder.samples;
    this.epoch++;
    this.bytes = 0;
    for (const [sample, row] of this.rows.entries()) {
      if (row === undefined) continue;
      const next = rebucketed(row, before, ladder.samples);
      this.rows[sample] = next;
      this.bytes += next.byteLength;
    }
  }

  #indexOf({ series }: Family, slot: number, budget: Budget): number {
    const before = this.series[this.#slots[slot] ?? -1];
    const isSame = before?.every((value, position) => value === textOf(series.labelValue(slot, position)));
    if (isSame === true) return this.#slots[slot]!;
    const labels = this.labelNames.map((_, position) => textOf(series.labelValue(slot, position)));
    const key = keyOf(labels);
    const known = this.#indexes.get(key);
    if (known !== undefined) return known;
    const length = lengthOf(labels);
    if (budget.series < 1 || budget.characters < length) return -1;
    budget.series--;
    budget.characters -= length;
    const index = this.#free.pop() ?? this.series.length;
    this.series[index] = labels;
    this.#indexes.set(key, index);
    return index;
  }
}

/** A row with buckets that are around those before. */
function rebucketed(row: Float64Array, before: readonly Sample[], samples: readonly Sample[]): Float64Array {
  const boundsBefore = bucketBounds(before);
  // Up to a new bound there is as much as up to the last one below it.
  const origins = bucketBounds(samples).map((bound) => boundsBefore.findLastIndex((each) => each <= bound));
  origins.push(before.length - 2, before.length - 1);
  const next = new Float64Array((row.length / before.length) * samples.length);
  for (let at = 0, start = 0; at < next.length; at += samples.length, start += before.length) {
    // Where there was no series, there is none.
    const nothing = Number.isNaN(row[start]) ? Number.NaN : 0;
    for (const [position, origin] of origins.entries())
      next[at + position] = origin < 0 ? nothing : row[start + origin]!;
  }
  return next;
}

/** Whether it has native histograms and, but for the one of all observations, no classic buckets. */
function isNative({ native, samples }: Family): boolean {
  return native !== undefined && bucketBounds(samples).length < 2;
}

function textOf(value: string): string {
  if (value === absentLabel) return "";
  return value.length > longestText ? `${value.slice(0, longestText)}…` : value;
}

function keyOf(labels: readonly string[]): string {
  return labels.map((label) => `${label.length}:${label}`).join("");
}

function lengthOf(labels: readonly string[]): number {
  return labels.reduce((sum, label) => sum + label.length, 0);
}
