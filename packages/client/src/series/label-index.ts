import { LabelDictionary } from "./label-dictionary.ts";
import type { LabelObject } from "./labels.ts";

const smallest = 4;

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
  /** The ids of the label set that is being looked up. */
  readonly #found: Int32Array;

  // A property access that always meets the same name is far quicker than one that goes through a list of them, so that
  // the first four labels, which is more than most metrics have, have an access each.
  readonly #name0: string;
  readonly #name1: string;
  readonly #name2: string;
  readonly #name3: string;
  readonly #ids0: ReadonlyMap<string, number>;
  readonly #ids1: ReadonlyMap<string, number>;
  readonly #ids2: ReadonlyMap<string, number>;
  readonly #ids3: ReadonlyMap<string, number>;

  constructor(names: readonly string[]) {
    this.#names = names;
    this.#dictionaries = names.map(() => new LabelDictionary());
    this.#found = new Int32Array(names.length);
    [this.#name0 = "", this.#name1 = "", this.#name2 = "", this.#name3 = ""] = names;
    const none = new Map<string, number>();
    const [ids0 = none, ids1 = none, ids2 = none, ids3 = none] = this.#dictionaries.map(({ ids }) => ids);
    this.#ids0 = ids0;
    this.#ids1 = ids1;
    this.#ids2 = ids2;
    this.#ids3 = ids3;
  }

  /** The slot of the series with the labels of an object, or -1. `text` makes a string of a value that is none. */
  findLabels(labels: LabelObject, text: (value: unknown, labels: LabelObject) => string): number {
    const count = this.#names.length;
    if (count > 4) return this.find(this.#names.map((name) => text(labels[name], labels)));
    const value0 = labels[this.#name0];
    const id0 = this.#ids0.get(typeof value0 === "string" ? value0 : text(value0, labels));
    if (id0 === undefined) return -1;
    if (count === 1) return this.#probeFor(id0, 0, 0, 0);
    const value1 = labels[this.#name1];
    const id1 = this.#ids1.get(typeof value1 === "string" ? value1 : text(value1, labels));
    if (id1 === undefined) return -1;
    if (count === 2) return this.#probeFor(id0, id1, 0, 0);
    const value2 = labels[this.#name2];
    const id2 = this.#ids2.get(typeof value2 === "string" ? value2 : text(value2, labels));
    if (id2 === undefined) return -1;
    if (count === 3) return this.#probeFor(id0, id1, id2, 0);
    const value3 = labels[this.#name3];
    const id3 = this.#ids3.get(typeof value3 === "string" ? value3 : text(value3, labels));
    if (id3 === undefined) return -1;
    return this.#probeFor(id0, id1, id2, id3);
  }

  /** The slot of the series with these label values, or -1. */
  find(values: readonly string[]): number {
    let hash = 0;
    for (let i = 0; i < values.length; i++) {
      const id = this.#dictionaries[i]!.ids.get(values[i]!);
      if (id === undefined) return -1;
      this.#found[i] = id;
      hash = mix(hash, id);
    }
    return this.#probe(hash);
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

  /** The slot of the series with these ids, as many of them as there are labels, or -1. */
  #probeFor(id0: number, id1: number, id2: number, id3: number): number {
    const found = this.#found;
    const count = found.length;
    let hash = mix(0, (found[0] = id0));
    if (count > 1) hash = mix(hash, (found[1] = id1));
    if (count > 2) hash = mix(hash, (found[2] = id2));
    if (count > 3) hash = mix(hash, (found[3] = id3));
    return this.#probe(hash);
  }

  /** The slot of the series whose ids are `#found`, or -1. */
  #probe(hash: number): number {
    const table = this.#table;
    const mask = table.length - 1;
    for (let place = hash & mask; ; place = (place + 1) & mask) {
      const slot = table[place]! - 1;
      if (slot < 0 || this.#isFound(slot)) return slot;
    }
  }

  #isFound(slot: number): boolean {
    const count = this.#names.length;
    for (let i = 0, at = slot * count; i < count; i++, at++) if (this.#ids[at] !== this.#found[i]) return false;
    return true;
  }

  #hashOf(slot: number): number {
    let hash = 0;
    const count = this.#names.length;
    for (let i = 0; i < count; i++) hash = mix(hash, this.#ids[slot * count + i]!);
    return hash;
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

/** Takes one more number into a hash. */
function mix(hash: number, id: number): number {
  const mixed = Math.imul(hash ^ id, 0x9e3779b1);
  return mixed ^ (mixed >>> 15);
}
