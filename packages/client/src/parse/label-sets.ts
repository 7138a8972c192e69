/** The labels of a sample by name. Objects without a prototype, in which even `__proto__` is a label. */
export type LabelSet = Record<string, string>;

/** An empty label set. */
export function emptyLabelSet(): LabelSet {
  // Unlike those of Object.create(null), the properties of this object are laid out by shape: smaller, and read faster.
  return Object.setPrototypeOf({}, null) as LabelSet;
}

const fnvPrime = 0x01000193;

/** What a hash starts with. It differs from run to run, so that no exposition can be made up of collisions. */
export const hashSeed: number = Math.floor(Math.random() * 2 ** 31);

/** The hash that began as `hash`, continued with one UTF-16 unit. */
export function hashUnit(hash: number, unit: number): number {
  return Math.imul(hash ^ unit, fnvPrime);
}

/** The hash that began as `hash`, continued with a whole text. */
export function hashText(hash: number, text: string): number {
  let result = hash;
  for (let i = 0; i < text.length; i++) result = hashUnit(result, text.charCodeAt(i));
  return result;
}

/** Mixes a finished hash of a label's name and value, so that those of all labels may be added up in any order. */
export function mixHash(hash: number): number {
  const mixed = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
  return mixed ^ (mixed >>> 13);
}

/** The hash of one label. That of a label set is the sum over its labels. */
export function labelHash(name: string, value: string): number {
  return mixHash(hashText(hashText(hashSeed, name), value));
}

/** Whether two label sets are the same, each without the label of the given name. */
export function sameLabels(a: LabelSet, b: LabelSet, exceptA?: string, exceptB?: string): boolean {
  let count = 0;
  for (const name in a) {
    if (name === exceptA) continue;
    if (name === exceptB || a[name] !== b[name]) return false;
    count++;
  }
  for (const name in b) if (name !== exceptB) count--;
  return count === 0;
}

interface Entry {
  readonly labels: LabelSet;
  readonly except: string | undefined;
}

/**
 * The label sets that were seen, found by a hash that is the sum of those of their labels: the order in which labels were
 * written does not matter, and nothing is joined or sorted.
 */
export class SeenLabelSets {
  readonly #entries = new Map<number, LabelSet | Entry[]>();

  /** Adds a label set, without the label called `except`. Returns false where it was there. */
  add(hash: number, labels: LabelSet, except?: string): boolean {
    const present = this.#entries.get(hash);
    if (present === undefined) {
      this.#entries.set(hash, except === undefined ? labels : [{ labels, except }]);
      return true;
    }
    const entries = Array.isArray(present) ? present : [{ labels: present, except: undefined }];
    if (entries.some((entry) => sameLabels(entry.labels, labels, entry.except, except))) return false;
    this.#entries.set(hash, [...entries, { labels, except }]);
    return true;
  }
}
