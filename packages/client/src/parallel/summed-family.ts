import type { NativeHistogram, Sample } from "../family.ts";
import type { FamilyDescription } from "./family-description.ts";
import { MergedFamily } from "./merged-family.ts";
import { addNative, subtractNative } from "./native-arithmetic.ts";
import type { Share } from "./share.ts";

/**
 * Counters, histograms and summaries, added up. What is added is by how much each number has grown since the process last
 * told it, so that the total never falls: what a process has counted stays when it ends, and one whose numbers fall has
 * started anew from zero.
 */
export class SummedFamily extends MergedFamily {
  protected override readonly keeps: boolean = true;
  readonly #kinds: readonly Sample["kind"][];
  /** Whether a series is one total. */
  readonly #isPlain: boolean;
  readonly #natives: (NativeHistogram | undefined)[] = [];

  constructor(description: FamilyDescription) {
    super(description);
    this.#kinds = description.samples.map(({ kind }) => kind);
    this.#isPlain = this.#kinds.length === 1 && this.#kinds[0] === "value";
  }

  override write(
    share: Share,
    slot: number,
    values: Float64Array,
    offset: number,
    native: NativeHistogram | undefined,
  ): void {
    const target = share.targetOf(slot);
    const width = this.#kinds.length;
    const [from, to] = [slot * width, target * width];
    const { rows } = share;
    if (this.#isPlain && values[offset]! > rows[from]!) {
      this.table.values[to]! += values[offset]! - rows[from]!;
      rows[from] = values[offset]!;
      this.table.dirty[target] = 255;
      return;
    }
    let grown = native;
    const before = share.natives[slot];
    if (native !== undefined && before !== undefined) grown = subtractNative(native, before);
    if (this.#hasFallen(rows, from, values, offset) || (native !== undefined && grown === undefined)) {
      rows.fill(0, from, from + width);
      grown = native;
    }
    const totals = this.table.values;
    for (let i = 0; i < width; i++) {
      const value = values[offset + i]!;
      const last = rows[from + i]!;
      if (value === last) continue;
      rows[from + i] = value;
      // A quantile, which only a process of its own has, is no total. NaN is one only for a sum.
      const kind = this.#kinds[i];
      if (kind === "quantile") totals[to + i] = value;
      else if (kind === "sum" || value > last) totals[to + i]! += value - last;
    }
    if (grown !== undefined) this.#addNative(target, grown);
    share.natives[slot] = native;
    this.table.dirty[target] = 255;
  }

  /** Takes as told already what the process had told when it was connected before, as `earlier`. */
  resume(share: Share, slot: number, earlier: Share, earlierSlot: number): void {
    const width = this.#kinds.length;
    share.rows.set(earlier.rows.subarray(earlierSlot * width, (earlierSlot + 1) * width), slot * width);
    share.natives[slot] = earlier.natives[earlierSlot];
  }

  protected override native(slot: number): NativeHistogram {
    return this.#natives[slot] ?? noObservations;
  }

  protected override forget(slot: number): void {
    this.#natives[slot] = undefined;
  }

  #hasFallen(rows: Float64Array, from: number, values: Float64Array, offset: number): boolean {
    for (let i = 0; i < this.#kinds.length; i++) {
      const kind = this.#kinds[i];
      if (kind !== "sum" && kind !== "quantile" && values[offset + i]! < rows[from + i]!) return true;
    }
    return false;
  }

  #addNative(slot: number, grown: NativeHistogram): void {
    const present = this.#natives[slot];
    this.#natives[slot] = present === undefined ? grown : addNative(present, grown);
  }
}

const noObservations: NativeHistogram = {
  schema: 3,
  zeroThreshold: 2 ** -128,
  zeroCount: 0,
  count: 0,
  sum: 0,
  positive: [],
  negative: [],
};
