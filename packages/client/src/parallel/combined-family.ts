import type { Aggregation } from "../aggregation.ts";
import type { NativeHistogram } from "../family.ts";
import type { FamilyDescription } from "./family-description.ts";
import { MergedFamily } from "./merged-family.ts";
import type { Share } from "./share.ts";

/** A process's series, as one of those that make a merged one. */
interface Part {
  readonly share: Share;
  readonly slot: number;
}

/**
 * Numbers that are worked out anew from what the processes that are there last told: gauges, gauge histograms, infos, state
 * sets, and the largest of counters, which is held where it would fall.
 */
export class CombinedFamily extends MergedFamily {
  protected override readonly keeps: boolean;
  readonly #combine: (numbers: readonly number[]) => number;
  /** By slot, in the order in which the processes came. */
  readonly #parts: Part[][] = [];
  readonly #stale = new Set<number>();

  constructor(description: FamilyDescription) {
    super(description);
    this.keeps = description.type === "counter";
    this.#combine = combinations[description.aggregation];
  }

  override write(
    share: Share,
    slot: number,
    values: Float64Array,
    offset: number,
    _native: NativeHistogram | undefined,
  ): void {
    const { width } = share;
    for (let i = 0; i < width; i++) share.rows[slot * width + i] = values[offset + i]!;
    this.#stale.add(share.targetOf(slot));
  }

  override *settle(nowSeconds: number, forgetSeconds: number): Generator<void> {
    yield* super.settle(nowSeconds, forgetSeconds);
    for (const slot of this.#stale) {
      this.#stale.delete(slot);
      this.#update(slot);
      yield;
    }
  }

  protected override joined(share: Share, slot: number, target: number): void {
    const parts = (this.#parts[target] ??= []);
    parts.push({ share, slot });
    if (parts.length > 1) parts.sort((a, b) => a.share.holder.order - b.share.holder.order);
    this.#stale.add(target);
  }

  protected override left(share: Share, target: number): void {
    this.#parts[target] = this.#parts[target]!.filter((part) => part.share !== share);
    this.#stale.add(target);
  }

  protected override forget(slot: number): void {
    this.#parts[slot] = [];
    this.#stale.delete(slot);
  }

  #update(slot: number): void {
    const parts = this.#parts[slot]!;
    if (parts.length === 0) return;
    const { values, width, dirty } = this.table;
    for (let i = 0; i < width; i++) {
      const number = this.#combine(parts.map((part) => part.share.rows[part.slot * width + i]!));
      const present = values[slot * width + i]!;
      if (Object.is(number, present) || (this.keeps && !(number > present))) continue;
      values[slot * width + i] = number;
      dirty[slot] = 255;
    }
  }
}

const sum = (numbers: readonly number[]): number => numbers.reduce((a, b) => a + b, 0);

/** At least one number is given. `NaN` goes into a sum and a mean, and is passed over by the others. */
const combinations: Readonly<Record<Aggregation, (numbers: readonly number[]) => number>> = {
  sum,
  average: (numbers) => sum(numbers) / numbers.length,
  max: (numbers) => numbers.reduce((a, b) => (b > a || Number.isNaN(a) ? b : a)),
  min: (numbers) => numbers.reduce((a, b) => (b < a || Number.isNaN(a) ? b : a)),
  first: (numbers) => numbers[0]!,
  // Of two that bear one name, the one that has come in the other's place.
  perWorker: (numbers) => numbers.at(-1)!,
};
