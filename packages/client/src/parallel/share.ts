import type { NativeHistogram } from "../family.ts";
import type { FamilyDescription } from "./family-description.ts";

/** Whoever has shares of merged families: one process, or one thread. */
export interface Shareholder {
  /** What stands in the label `worker` where each process has its own series. */
  readonly worker: string;
  /** Lower for those that came earlier. */
  readonly order: number;
}

/** What one process has in one merged family: the numbers that it last told, by its own slots. */
export class Share {
  readonly holder: Shareholder;
  readonly description: FamilyDescription;
  /** The numbers of the series in a slot, `description.samples.length` of them. Replaced when it grows. */
  rows: Float64Array = new Float64Array();
  /** The native histogram of the series in a slot. */
  readonly natives: (NativeHistogram | undefined)[] = [];
  /** How many series the merged family had ever had when this share left it. */
  leftAt: number = Infinity;
  readonly #reserve: (numbers: number) => void;
  #targets: Int32Array = new Int32Array();

  /** `reserve` is told how many numbers more are to be kept, and throws if these are too many. */
  constructor(holder: Shareholder, description: FamilyDescription, reserve: (numbers: number) => void) {
    this.holder = holder;
    this.description = description;
    this.#reserve = reserve;
  }

  get width(): number {
    return this.description.samples.length;
  }

  /** One past the highest slot that there is room for. */
  get capacity(): number {
    return this.#targets.length;
  }

  /** The slot in the merged family of the series in `slot`; -1 where there is none. */
  targetOf(slot: number): number {
    return this.#targets[slot] ?? -1;
  }

  /** Puts a series into `slot`, all zeros. */
  begin(slot: number, target: number): void {
    if (slot >= this.#targets.length) this.#grow(slot);
    this.rows.fill(0, slot * this.width, (slot + 1) * this.width);
    this.natives[slot] = undefined;
    this.#targets[slot] = target;
  }

  /** Takes the series in `slot` out. */
  end(slot: number): void {
    this.#targets[slot] = -1;
    this.natives[slot] = undefined;
  }

  #grow(slot: number): void {
    const before = this.#targets.length;
    const capacity = Math.max(slot + 1, Math.min(before * 2, before + 65_536));
    this.#reserve((capacity - before) * this.width);
    const rows = new Float64Array(capacity * this.width);
    rows.set(this.rows);
    this.rows = rows;
    const targets = new Int32Array(capacity).fill(-1);
    targets.set(this.#targets);
    this.#targets = targets;
  }
}
