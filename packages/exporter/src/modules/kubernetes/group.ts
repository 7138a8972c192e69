import { columnCount } from "./columns.ts";
import { ExactSums } from "./exact-sums.ts";

/** Pods that have the values of a grouping's labels in common. */
export interface Group {
  readonly key: string;
  /** The values of its labels, and those of the labels that only other groupings have, which are empty. */
  readonly labels: Readonly<Record<string, string>>;
  readonly sums: ExactSums;
  /** How many pods are in it. */
  size: number;
  /** CPU time of its pods since it exists, in seconds, of those whose counters are read. */
  cpuSeconds: number | undefined;
}

/** The groups of one grouping. */
export class Groups {
  readonly #limit: number;
  readonly #labelNames: readonly string[];
  readonly #noLabels: Readonly<Record<string, string>>;
  readonly #groups = new Map<string, Group>();

  /** `limit` is how many groups there may be, `all` are the labels of all groupings. */
  constructor(limit: number, labelNames: readonly string[], all: readonly string[]) {
    this.#limit = limit;
    this.#labelNames = labelNames;
    this.#noLabels = Object.fromEntries(all.map((name) => [name, ""]));
  }

  /** Puts a pod into the group with these values, made where there is none; undefined if there is no room for another. */
  enter(values: readonly string[]): Group | undefined {
    const key = JSON.stringify(values);
    let group = this.#groups.get(key);
    if (group === undefined) {
      if (this.#groups.size >= this.#limit) return undefined;
      const own = Object.fromEntries(this.#labelNames.map((name, i) => [name, values[i]!]));
      const labels = { ...this.#noLabels, ...own };
      group = { key, labels, sums: new ExactSums(columnCount), size: 0, cpuSeconds: undefined };
      this.#groups.set(key, group);
    }
    group.size++;
    return group;
  }

  /** Takes a pod out of its group, which goes with its last one. */
  leave(group: Group): void {
    group.size--;
    if (group.size === 0) this.#groups.delete(group.key);
  }

  /** The groups, as they are now. */
  list(): Group[] {
    return [...this.#groups.values()];
  }
}
