import type { Family, MetricType, Sample } from "@exporterkit/client";
import { absentLabel } from "@exporterkit/client/series";

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
  readonly samples: readonly Sample[];
  /** How many numbers a series has. */
  readonly width: number;
  /** The labels of each series by its index; undefined where there is none now. */
  readonly series: (readonly string[] | undefined)[] = [];
  /** The samples, the oldest first; undefined where the family was not collected. */
  readonly rows: (Float64Array | undefined)[];
  /** Goes up when an index is given to another series. */
  epoch = 0;
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
    this.samples = family.samples;
    this.width = family.samples.length;
    this.rows = Array.from({ length: samplesBefore }, () => undefined);
  }

  /** How many series there are. */
  get size(): number {
    return this.#indexes.size;
  }

  /** Whether another collection's family can go on here. */
  continuedBy({ type, help, series: { labelNames }, samples }: Family): boolean {
    return (
      type === this.type &&
      help.slice(0, longestText) === this.help &&
      labelNames.length === this.labelNames.length &&
      labelNames.every((name, position) => name === this.labelNames[position]) &&
      samples.length === this.width &&
      (samples === this.samples || JSON.stringify(samples) === JSON.stringify(this.samples))
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
    const row = new Float64Array(this.series.length * this.width).fill(Number.NaN);
    const column = family.column?.();
    const values = new Float64Array(this.width);
    for (const [slot, index] of indexes.entries()) {
      if (index < 0) continue;
      if (column !== undefined) row[index] = column[slot]!;
      else {
        family.read(slot, values);
        row.set(values, index * this.width);
      }
    }
    this.rows.push(row);
    return dropped;
  }

  /** Forgets the oldest sample. Returns how many bytes it had. */
  shift(): number {
    return this.rows.shift()?.byteLength ?? 0;
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
