import type { NativeHistogram } from "../family.ts";
import type { ExemplarLabels, Exemplars } from "../series/exemplars.ts";
import type { SeriesTable } from "../series/series-table.ts";
import { countInBucket } from "./buckets.ts";
import { NativeBuckets, type NativeSettings } from "./native-buckets.ts";

/** Told of what becomes of native histograms, so that others can read them. */
export interface NativeSharing {
  /** An observation went into the buckets of a series. */
  observed(slot: number, native: NativeBuckets): void;
  /** A series started again with these buckets, which `restart` lets its table know. */
  restarted(slot: number, native: NativeBuckets, restart: () => void): void;
  /** A series has gone. */
  forgotten(slot: number): void;
}

const ofTables = new WeakMap<SeriesTable, Observations>();
const sharings = new WeakMap<SeriesTable, NativeSharing>();

/** Has `sharing` told of the native histograms of a table, those that are there first; nobody if it is undefined. */
export function shareNatives(table: SeriesTable, sharing: NativeSharing | undefined): void {
  if (sharing === undefined) sharings.delete(table);
  else sharings.set(table, sharing);
  ofTables.get(table)?.share(sharing);
}

/** The buckets of a histogram's series, classic and native, and how an observation gets into them. */
export class Observations {
  readonly table: SeriesTable;
  /** The upper bounds of the classic buckets, without `+Inf`. */
  readonly bounds: Float64Array;
  readonly #settings: NativeSettings | undefined;
  readonly #exemplars: Exemplars;
  /** By slot; each made at its first observation. */
  readonly #natives: (NativeBuckets | undefined)[] = [];
  #sharing: NativeSharing | undefined;

  constructor(table: SeriesTable, bounds: Float64Array, settings: NativeSettings | undefined, exemplars: Exemplars) {
    this.table = table;
    this.bounds = bounds;
    this.#settings = settings;
    this.#exemplars = exemplars;
    if (settings === undefined) return;
    ofTables.set(table, this);
    // A registry may have told of the metric already.
    this.#sharing = sharings.get(table);
  }

  /** See {@link shareNatives}. */
  share(sharing: NativeSharing | undefined): void {
    this.#sharing = sharing;
    for (const [slot, native] of this.#natives.entries()) if (native !== undefined) sharing?.observed(slot, native);
  }

  /** Counts one observation in the series in `slot`. */
  record(slot: number, value: number, exemplar: ExemplarLabels | undefined): void {
    if (this.#settings !== undefined) this.#recordNative(slot, value);
    const bucket = countInBucket(this.table, slot, this.bounds, value);
    this.#exemplars.offer(slot, bucket, value, exemplar);
  }

  /** The native histogram of a series, where there are any. */
  native(slot: number): NativeHistogram {
    const { schema, zeroThreshold, zeroCount, count, sum, positive, negative } = this.#nativeOf(slot);
    return { schema, zeroThreshold, zeroCount, count, sum, positive: [...positive], negative: [...negative] };
  }

  /** Does the resets that native histograms have scheduled and whose time has come. */
  resetThoseDue(): void {
    for (const [slot, native] of this.#natives.entries()) if (native?.resetIfDue()) this.#resetClassic(slot, native);
  }

  /** Called when a series is removed. */
  forget(slot: number): void {
    this.#natives[slot] = undefined;
    this.#sharing?.forgotten(slot);
  }

  #recordNative(slot: number, value: number): void {
    const native = this.#nativeOf(slot);
    const { createdSeconds } = native;
    native.observe(value);
    if (native.createdSeconds !== createdSeconds) this.#resetClassic(slot, native);
    else this.#sharing?.observed(slot, native);
  }

  #nativeOf(slot: number): NativeBuckets {
    return (this.#natives[slot] ??= new NativeBuckets(this.#settings!));
  }

  /** Classic buckets share the count and the sum with the native ones, and so their resets. */
  #resetClassic(slot: number, native: NativeBuckets): void {
    const restart = (): void => this.table.restart(slot, native.createdSeconds);
    if (this.#sharing === undefined) restart();
    else this.#sharing.restarted(slot, native, restart);
  }
}
