import { bucketKey, type NativeBuckets } from "../metrics/native-buckets.ts";
import type { NativeSharing } from "../metrics/observations.ts";
import type { SharedColumns } from "./shared-columns.ts";
import { nativeColumns as columns } from "./sheet.ts";

/** What the sheet has of the native histogram of a slot. */
interface Shown {
  readonly native: NativeBuckets;
  readonly revision: number;
  /** Where the bucket of a key stands. */
  readonly places: Map<number, number>;
}

/**
 * How many numbers a native histogram takes with so many buckets at most. It can have a few more until it has made them wide
 * enough, and with the widest there can be 262. Without a limit it takes none: no room can be set aside.
 */
export function nativeWidthOf(maxBuckets: number): number {
  if (maxBuckets === 0) return 0;
  return columns.buckets + 2 * Math.max(maxBuckets + 16, 280);
}

/**
 * Keeps native histograms in a sheet. Each observation adds to one number there; where buckets come, or become others, the
 * slot's stamp tells.
 */
export class SharedNatives implements NativeSharing {
  readonly #columns: SharedColumns;
  /** By slot. */
  readonly #shown: (Shown | undefined)[] = [];

  constructor(shared: SharedColumns) {
    this.#columns = shared;
  }

  observed(slot: number, native: NativeBuckets): void {
    const shown = this.#shown[slot];
    if (shown?.native !== native || shown.revision !== native.revision) {
      this.#columns.rewriting(slot);
      this.#rewrite(slot, native);
      this.#columns.rewritten(slot);
      return;
    }
    const { natives, nativeWidth } = this.#columns.sheet;
    const start = slot * nativeWidth;
    const { latest } = native;
    const place = shown.places.get(latest);
    if (place !== undefined) natives[start + place + 1]!++;
    else if (!Number.isNaN(latest)) this.#append(slot, shown, latest);
    else if (native.zeroCount === natives[start + columns.zeroCount]) natives[start + columns.nanCount]!++;
    else natives[start + columns.zeroCount] = native.zeroCount;
  }

  restarted(slot: number, native: NativeBuckets, restart: () => void): void {
    this.#columns.rewriting(slot);
    restart();
    this.#rewrite(slot, native);
    this.#columns.rewritten(slot);
  }

  forgotten(slot: number): void {
    this.#shown[slot] = undefined;
    const { natives, nativeWidth } = this.#columns.sheet;
    natives[slot * nativeWidth + columns.size] = 0;
  }

  #append(slot: number, { places }: Shown, key: number): void {
    const { natives, nativeWidth } = this.#columns.sheet;
    const start = slot * nativeWidth;
    const place = columns.buckets + 2 * places.size;
    places.set(key, place);
    this.#columns.rewriting(slot);
    natives[start + place] = key;
    natives[start + place + 1] = 1;
    natives[start + columns.size] = places.size + 1;
    this.#columns.rewritten(slot);
  }

  #rewrite(slot: number, native: NativeBuckets): void {
    const { natives, nativeWidth } = this.#columns.sheet;
    const start = slot * nativeWidth;
    const places = new Map<number, number>();
    natives[start + columns.size] = -1;
    natives[start + columns.schema] = native.schema;
    natives[start + columns.zeroThreshold] = native.zeroThreshold;
    natives[start + columns.zeroCount] = native.zeroCount;
    let rest = native.count - native.zeroCount;
    for (const [buckets, isNegative] of [[native.positive, false] as const, [native.negative, true] as const]) {
      for (const [index, count] of buckets) {
        const place = columns.buckets + 2 * places.size;
        places.set(bucketKey(index, isNegative), place);
        natives[start + place] = bucketKey(index, isNegative);
        natives[start + place + 1] = count;
        rest -= count;
      }
    }
    natives[start + columns.nanCount] = rest;
    natives[start + columns.size] = places.size + 1;
    this.#shown[slot] = { native, revision: native.revision, places };
  }
}
