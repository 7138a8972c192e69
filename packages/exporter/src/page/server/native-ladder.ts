import type { NativeHistogram, Sample } from "@exporterkit/client";

/** Two bounds for each doubling, as long as there are not too many. */
const finestSchema = 1;
const coarsestSchema = -4;
const mostBounds = 48;

/** Indexes of buckets, from the first to the last. */
interface Range {
  readonly first: number;
  readonly last: number;
}

/**
 * Reads native histograms as if they were classic, with bounds as far as there have been observations: their own, or fewer. Of
 * a bound that comes later it is known what would have been there before: all bounds have always been around all
 * observations.
 */
export class NativeLadder {
  /** What is read of each: buckets, sum and count. */
  samples: readonly Sample[] = [];
  #schema = finestSchema;
  #positive: Range | undefined;
  #negative: Range | undefined;
  #hasZero = false;
  #zeroAt = 0;

  constructor() {
    this.#use([1]);
  }

  /** Has bounds around all that a histogram has observed. Returns whether there are others now. */
  cover({ schema, zeroCount, positive, negative }: NativeHistogram): boolean {
    const before = this.samples;
    if (schema < this.#schema) this.#coarsen(schema);
    const of = (buckets: NativeHistogram["positive"]): Range | undefined =>
      buckets.length === 0
        ? undefined
        : { first: this.#indexOf(buckets[0]![0], schema), last: this.#indexOf(buckets.at(-1)![0], schema) };
    const all = [around(this.#positive, of(positive)), around(this.#negative, of(negative))] as const;
    const hasZero = this.#hasZero || zeroCount > 0;
    const isSame = all[0] === this.#positive && all[1] === this.#negative && hasZero === this.#hasZero;
    if (isSame && this.samples === before) return false;
    [this.#positive, this.#negative] = all;
    this.#hasZero = hasZero;
    while (this.#bounds().length > mostBounds && this.#schema > coarsestSchema) this.#coarsen(this.#schema - 1);
    this.#use(this.#bounds());
    return true;
  }

  /** Writes what a histogram that is covered has, one number to each of `samples`. */
  read({ schema, zeroCount, positive, negative, sum, count }: NativeHistogram, values: Float64Array): void {
    values.fill(0);
    for (const [index, observed] of negative) {
      values[this.#negative!.last + 1 - this.#indexOf(index, schema)]! += observed;
    }
    if (zeroCount > 0) values[this.#zeroAt]! += zeroCount;
    const start = this.#zeroAt + Number(this.#hasZeroBound);
    for (const [index, observed] of positive) {
      values[start + 1 + this.#indexOf(index, schema) - this.#positive!.first]! += observed;
    }
    const buckets = this.samples.length - 2;
    for (let bucket = 1; bucket < buckets; bucket++) values[bucket]! += values[bucket - 1]!;
    values.set([count, sum, count], buckets - 1);
  }

  /** What is at most zero has a bound where there is any. */
  get #hasZeroBound(): boolean {
    return this.#hasZero || this.#negative !== undefined;
  }

  /** The index that a bucket of a histogram has here. */
  #indexOf(index: number, schema: number): number {
    const here = Math.ceil(index / 2 ** (schema - this.#schema));
    // Bounds are neither 0 nor infinite.
    return Math.min(Math.max(here, Math.ceil(-1020 * 2 ** this.#schema)), Math.floor(1020 * 2 ** this.#schema));
  }

  #coarsen(schema: number): void {
    const [positive, negative] = [this.#positive, this.#negative].map(
      (range) => range && [range.first, range.last].map((index) => Math.ceil(index / 2 ** (this.#schema - schema))),
    );
    this.#positive = positive && { first: positive[0]!, last: positive[1]! };
    this.#negative = negative && { first: negative[0]!, last: negative[1]! };
    this.#schema = schema;
    this.#use(this.#bounds());
  }

  #bounds(): number[] {
    const boundsOf = (range: Range | undefined): number[] =>
      range === undefined
        ? []
        : Array.from(
            { length: range.last - range.first + 2 },
            (_, place) => 2 ** ((range.first - 1 + place) * 2 ** -this.#schema),
          );
    const below = boundsOf(this.#negative).toReversed();
    return [...below.map((bound) => -bound), ...(this.#hasZeroBound ? [0] : []), ...boundsOf(this.#positive)];
  }

  #use(bounds: readonly number[]): void {
    this.#zeroAt = bounds.findIndex((bound) => bound >= 0);
    this.samples = [
      ...[...bounds, Infinity].map((upperBound) => ({ kind: "bucket", upperBound }) as const),
      { kind: "sum" },
      { kind: "count" },
    ];
  }
}

/** The range around two. */
function around(a: Range | undefined, b: Range | undefined): Range | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  if (b.first >= a.first && b.last <= a.last) return a;
  return { first: Math.min(a.first, b.first), last: Math.max(a.last, b.last) };
}
