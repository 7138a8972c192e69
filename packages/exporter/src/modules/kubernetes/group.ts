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

/**
 * The groups of one grouping, of which so many have room as there may be. The others wait, all their pods with them, and are added
 * up as well: the one that has waited longest takes the place of one that goes, so that no group ever has a part of its pods alone.
 */
export class Groups {
  readonly #limit: number;
  readonly #labelNames: readonly string[];
  readonly #noLabels: Readonly<Record<string, string>>;
  readonly #groups = new Map<string, Group>();
  readonly #waiting = new Map<string, Group>();

  /** `limit` is how many groups have room, `all` are the labels of all groupings. */
  constructor(limit: number, labelNames: readonly string[], all: readonly string[]) {
    this.#limit = limit;
    this.#labelNames = labelNames;
    this.#noLabels = Object.fromEntries(all.map((name) => [name, ""]));
  }

  /** Puts a pod into the group with these values, made where there is none. */
  enter(values: readonly string[]): Group {
    const key = JSON.stringify(values);
    let group = this.#groups.get(key) ?? this.#waiting.get(key);
    if (group === undefined) {
      const own = Object.fromEntries(this.#labelNames.map((name, i) => [name, values[i]!]));
      const labels = { ...this.#noLabels, ...own };
      group = { key, labels, sums: new ExactSums(columnCount), size: 0, cpuSeconds: undefined };
      (this.#groups.size < this.#limit ? this.#groups : this.#waiting).set(key, group);
    }
    group.size++;
    return group;
  }

  /** Takes a pod out of its group, which goes with its last one. */
  leave(group: Group): void {
    group.size--;
    if (group.size > 0 || this.#waiting.delete(group.key)) return;
    this.#groups.delete(group.key);
    const [next] = this.#waiting.values();
    if (next === undefined) return;
    this.#waiting.delete(next.key);
    this.#groups.set(next.key, next);
  }

  /** How many pods are in groups that have no room. */
  get waitingPods(): number {
    let pods = 0;
    for (const { size } of this.#waiting.values()) pods += size;
    return pods;
  }

  /** The groups that have room, as they are now. */
  list(): Group[] {
    return [...this.#groups.values()];
  }
}
