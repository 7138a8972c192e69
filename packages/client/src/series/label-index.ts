import { LabelDictionary } from "./label-dictionary.ts";
import type { LabelObject } from "./labels.ts";

const smallest = 4;

/** The text of a value that is no string; `undefined` for a label that the series wanted lacks. */
type TextOf = (value: unknown, labels: LabelObject) => string | undefined;

/**
 * Finds the slot of a label set. Each label value is a number by the label's dictionary, and the numbers of a label set are
 * looked up in a hash table of integers that compares all of them: no string is built, sorted or hashed as a whole, and two
 * label sets can never be taken for each other.
 */
export class LabelIndex {
  readonly #names: readonly string[];
  readonly #dictionaries: readonly LabelDictionary[];
  /** The ids of the label values, by slot and then by position. */
  #ids = new Int32Array(0);
  /** An open hash table: a slot plus one, or 0 for nothing. Its size is a power of two. */
  #table = new Int32Array(smallest);
  #size = 0;

  // A property access that always meets the same name is far quicker than one that goes through a list of them, so that
  // the first four labels, which is more than most metrics have, have an access each.
  readonly #name0: string;
  readonly #name1: string;
  readonly #name2: string;
  readonly #name3: string;
  readonly #ids0: ReadonlyMap<string | undefined, number>;
  readonly #ids1: ReadonlyMap<string | undefined, number>;
  readonly #ids2: ReadonlyMap<string | undefined, number>;
  readonly #ids3: ReadonlyMap<string | undefined, number>;

  constructor(names: readonly string[]) {
    this.#names = names;
    this.#dictionaries = names.map(() => new LabelDictionary());
    [this.#name0 = "", this.#name1 = "", this.#name2 = "", this.#name3 = ""] = names;
    const none = new Map<string | undefined, number>();
    const [ids0 = none, ids1 = none, ids2 = none, ids3 = none] = this.#dictionaries.map(({ ids }) => ids);
    this.#ids0 = ids0;
    this.#ids1 = ids1;
    this.#ids2 = ids2;
    this.#ids3 = ids3;
  }

  /** The slot of the series with the labels of an object, or -1. `text` makes a string of a value that is none. */
  findLabels(labels: LabelObject, text: TextOf): number {
    switch (this.#names.length) {
      case 1:
        return this.#probe(this.#id0(labels, text), 0, 0, 0);
      case 2:
        return this.#probe(this.#id0(labels, text), this.#id1(labels, text), 0, 0);
      case 3:
        return this.#probe(this.#id0(labels, text), this.#id1(labels, text), this.#id2(labels, text), 0);
      case 4:
        return this.#probe(
          this.#id0(labels, text),
          this.#id1(labels, text),
          this.#id2(labels, text),
          this.#id3(labels, text),
        );
      default:
        return this.#findMany(labels, text);
    }
  }

  #findMany(labels: LabelObject, text: TextOf): number {
    const ids: number[] = [];
    for (let i = 0; i < this.#names.length; i++) {
      const value = labels[this.#names[i]!];
      const id = this.#dictionaries[i]!.ids.get(typeof value === "string" ? value : text(value, labels));
      if (id === undefined) return -1;
      ids.push(id);
    }
    return this.#probeAll(ids);
  }

  /** The slot of the series with these label values, or -1. */
  find(values: readonly string[]): number {
    const ids: number[] = [];
    for (let i = 0; i < values.length; i++) {
      const id = this.#dictionaries[i]!.idOf(values[i]!);
      if (id === undefined) return -1;
      ids.push(id);
    }
    return this.#probeAll(ids);
  }

  /** Adds a series that is not there yet. */
  add(slot: number, values: readonly string[]): void {
    const count = this.#names.length;
    if ((slot + 1) * count > this.#ids.length) {
      const ids = new Int32Array(Math.max(smallest * count, this.#ids.length * 2));
      ids.set(this.#ids);
      this.#ids = ids;
    }
    for (let i = 0; i < count; i++) this.#ids[slot * count + i] = this.#dictionaries[i]!.take(values[i]!);
    this.#size++;
    if (this.#size * 2 > this.#table.length) this.#grow();
    this.#insert(slot);
  }

  /** Removes the series in a slot, which is there. */
  remove(slot: number): void {
    const table = this.#table;
    const mask = table.length - 1;
    let hole = this.#hashOf(slot) & mask;
    while (table[hole] !== slot + 1) hole = (hole + 1) & mask;
    // What came after it because its own place was taken moves up, so that no search ends at the hole too early.
    for (let place = (hole + 1) & mask; table[place] !== 0; place = (place + 1) & mask) {
      const home = this.#hashOf(table[place]! - 1) & mask;
      if (((place - home) & mask) < ((place - hole) & mask)) continue;
      table[hole] = table[place]!;
      hole = place;
    }
    table[hole] = 0;
    this.#size--;
    const row = slot * this.#names.length;
    for (let i = 0; i < this.#names.length; i++) this.#dictionaries[i]!.release(this.#ids[row + i]!);
  }

  /** The value of the label at `position`, of the series in a slot. */
  valueAt(slot: number, position: number): string {
    return this.#dictionaries[position]!.valueOf(this.#ids[slot * this.#names.length + position]!);
  }

  clear(): void {
    for (const dictionary of this.#dictionaries) dictionary.clear();
    this.#ids = new Int32Array(0);
    this.#table = new Int32Array(smallest);
    this.#size = 0;
  }

  #id0(labels: LabelObject, text: TextOf): number {
    const value = labels[this.#name0];
    return this.#ids0.get(typeof value === "string" ? value : text(value, labels)) ?? -1;
  }

  #id1(labels: LabelObject, text: TextOf): number {
    const value = labels[this.#name1];
    return this.#ids1.get(typeof value === "string" ? value : text(value, labels)) ?? -1;
  }

  #id2(labels: LabelObject, text: TextOf): number {
    const value = labels[this.#name2];
    return this.#ids2.get(typeof value === "string" ? value : text(value, labels)) ?? -1;
  }

  #id3(labels: LabelObject, text: TextOf): number {
    const value = labels[this.#name3];
    return this.#ids3.get(typeof value === "string" ? value : text(value, labels)) ?? -1;
  }

  /** The slot of the series with these ids, as many of them as there are labels, or -1; also if one of them is -1. */
  #probe(id0: number, id1: number, id2: number, id3: number): number {
    if ((id0 | id1 | id2 | id3) < 0) return -1;
    const count = this.#names.length;
    const ids = this.#ids;
    const table = this.#table;
    const mask = table.length - 1;
    const sum =
      Math.imul(id0, multiplier0) +
      Math.imul(id1, multiplier1) +
      Math.imul(id2, multiplier2) +
      Math.imul(id3, multiplier3);
    for (let place = spread(sum | 0) & mask; ; place = (place + 1) & mask) {
      const slot = table[place]! - 1;
      if (slot < 0) return -1;
      const row = slot * count;
      if (
        ids[row] === id0 &&
        (count < 2 || ids[row + 1] === id1) &&
        (count < 3 || ids[row + 2] === id2) &&
        (count < 4 || ids[row + 3] === id3)
      ) {
        return slot;
      }
    }
  }

  /** The same for any number of labels. */
  #probeAll(wanted: readonly number[]): number {
    const mask = this.#table.length - 1;
    for (let place = hashOf(wanted, 0, wanted.length) & mask; ; place = (place + 1) & mask) {
      const slot = this.#table[place]! - 1;
      if (slot < 0 || wanted.every((id, i) => this.#ids[slot * wanted.length + i] === id)) return slot;
    }
  }

  #hashOf(slot: number): number {
    const count = this.#names.length;
    return hashOf(this.#ids, slot * count, count);
  }

  #insert(slot: number): void {
    const mask = this.#table.length - 1;
    let place = this.#hashOf(slot) & mask;
    while (this.#table[place] !== 0) place = (place + 1) & mask;
    this.#table[place] = slot + 1;
  }

  #grow(): void {
    const old = this.#table;
    this.#table = new Int32Array(old.length * 2);
    for (const entry of old) if (entry !== 0) this.#insert(entry - 1);
  }
}

// Odd numbers without a pattern. The products do not wait for each other.
const multiplier0 = 0x9e3779b1;
const multiplier1 = 0x85ebca6b;
const multiplier2 = 0xc2b2ae35;
const multiplier3 = 0x27d4eb2f;
const multipliers = [multiplier0, multiplier1, multiplier2, multiplier3];

function hashOf(ids: ArrayLike<number>, start: number, count: number): number {
  let sum = 0;
  for (let i = 0; i < count; i++) sum = (sum + Math.imul(ids[start + i]!, multipliers[i % 4]! + (i & ~3))) | 0;
  return spread(sum);
}

/** Lets the upper bits of a number, where the products differ most, tell in the lower ones. */
function spread(sum: number): number {
  return sum ^ (sum >>> 15);
}
