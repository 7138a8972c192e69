import type { NativeHistogram } from "../family.ts";
import { bucketOfKey } from "../metrics/native-buckets.ts";
import { nativeColumns as columns } from "./sheet.ts";

/** The native histogram of one slot, as it was read from a sheet. */
export class NativeRow {
  readonly #numbers: Float64Array;

  constructor(width: number) {
    this.#numbers = new Float64Array(width);
  }

  /** Reads a slot. Returns false where somebody who ended has left it half-written. */
  read(natives: Float64Array, slot: number): boolean {
    const numbers = this.#numbers;
    const start = slot * numbers.length;
    const size = natives[start + columns.size]!;
    const end = Math.min(columns.buckets + 2 * Math.max(0, size - 1), numbers.length);
    for (let i = 0; i < end; i++) numbers[i] = natives[start + i]!;
    numbers[columns.size] = size;
    return size >= 0;
  }

  /** How many observations it has. */
  get count(): number {
    const numbers = this.#numbers;
    if (numbers[columns.size] === 0) return 0;
    let count = numbers[columns.zeroCount]! + numbers[columns.nanCount]!;
    for (let i = 0; i < this.#buckets; i++) count += numbers[columns.buckets + 2 * i + 1]!;
    return count;
  }

  /** The histogram, with a sum that is known otherwise; undefined where there is none. */
  histogram(sum: number): NativeHistogram | undefined {
    const numbers = this.#numbers;
    if (numbers[columns.size] === 0) return undefined;
    const positive: [number, number][] = [];
    const negative: [number, number][] = [];
    for (let i = 0; i < this.#buckets; i++) {
      const { index, isNegative } = bucketOfKey(numbers[columns.buckets + 2 * i]!);
      (isNegative ? negative : positive).push([index, numbers[columns.buckets + 2 * i + 1]!]);
    }
    return {
      schema: numbers[columns.schema]!,
      zeroThreshold: numbers[columns.zeroThreshold]!,
      zeroCount: numbers[columns.zeroCount]!,
      count: this.count,
      sum,
      positive: positive.toSorted(([a], [b]) => a - b),
      negative: negative.toSorted(([a], [b]) => a - b),
    };
  }

  get #buckets(): number {
    return this.#numbers[columns.size]! - 1;
  }
}
