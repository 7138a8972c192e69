import { MetricsError } from "../metrics-error.ts";
import { BucketCounts } from "./bucket-counts.ts";
import { quote } from "./declaration.ts";
import { bucketIndex, bucketUpperBound, minSchema, schemaForFactor } from "./native-bucket-index.ts";

/** The resolution of a native histogram, and what it may cost. */
export interface NativeOptions {
  /**
   * How much wider a bucket may at most be than the one before; above 1. The buckets grow by the largest 2^(2^n) that is
   * not above it, n from -8 to 4. Default: 1.1, which gives 8 buckets for each power of two.
   */
  readonly bucketFactor?: number | undefined;
  /** Observations up to this absolute value fall into the zero bucket. Default: 2^-128. */
  readonly zeroThreshold?: number | undefined;
  /** How far the zero bucket may be widened to stay within `maxBuckets`. Default: 0, not at all. */
  readonly maxZeroThreshold?: number | undefined;
  /**
   * How many buckets a series may have, the zero bucket aside. One more, and the series is reset, else its zero bucket is
   * widened, else each of its buckets is made twice as wide. Default: 160; 0 for no limit.
   */
  readonly maxBuckets?: number | undefined;
  /** Seconds that have to pass between two resets of a series because of `maxBuckets`. Default: 3600; 0 for no resets. */
  readonly minResetSeconds?: number | undefined;
}

/** The options, none left out. */
export type NativeSettings = { readonly [Name in keyof NativeOptions]-?: NonNullable<NativeOptions[Name]> };

/** The options with defaults in place of what is left out. Throws a `MetricsError` where one is out of its range. */
export function nativeSettings(metricName: string, options: NativeOptions): NativeSettings {
  const { bucketFactor = 1.1, zeroThreshold = 2 ** -128, maxZeroThreshold = 0 } = options;
  const { maxBuckets = 160, minResetSeconds = 3600 } = options;
  const settings = { bucketFactor, zeroThreshold, maxZeroThreshold, maxBuckets, minResetSeconds };
  if (!(typeof bucketFactor === "number" && bucketFactor > 1)) {
    refuse(metricName, "bucketFactor", bucketFactor, "a number above 1, such as 1.1");
  }
  for (const name of ["zeroThreshold", "maxZeroThreshold", "maxBuckets", "minResetSeconds"] as const) {
    const value: unknown = settings[name];
    if (!(typeof value === "number" && value >= 0)) refuse(metricName, name, value, "0 or a number above it");
  }
  return settings;
}

function refuse(metricName: string, option: string, value: unknown, remedy: string): never {
  throw new MetricsError(
    "invalid_buckets",
    `${metricName}: ${option} ${quote(value)} is out of range; give ${remedy}.`,
  );
}

/**
 * The state of one series of a native histogram. Its buckets, its resolution and what happens at `maxBuckets` follow
 * client_golang.
 *
 * @see https://prometheus.io/docs/specs/native_histograms/
 */
export class NativeBuckets {
  /** Observations above the zero threshold. */
  readonly positive: BucketCounts = new BucketCounts();
  /** Observations below the negated zero threshold, by the index of their absolute value. */
  readonly negative: BucketCounts = new BucketCounts();

  readonly #settings: NativeSettings;
  readonly #now: () => number;
  #schema: number;
  #zeroThreshold: number;
  #zeroCount = 0;
  #count = 0;
  #sum = 0;
  #resetAt: number;
  #resetScheduled = false;
  #revision = 0;
  #latest = NaN;

  /** `settings` are taken as they are, see {@link nativeSettings}. `now` gives the time in Unix milliseconds. */
  constructor(settings: NativeSettings, now: () => number = Date.now) {
    this.#settings = settings;
    this.#now = now;
    this.#schema = schemaForFactor(settings.bucketFactor);
    this.#zeroThreshold = settings.zeroThreshold;
    this.#resetAt = now();
  }

  /** The resolution, from -4 to 8: buckets grow by a factor of 2^(2^-schema). */
  get schema(): number {
    return this.#schema;
  }

  /** Up to this absolute value, inclusive, observations are in the zero bucket. */
  get zeroThreshold(): number {
    return this.#zeroThreshold;
  }

  /** Observations in the zero bucket. */
  get zeroCount(): number {
    return this.#zeroCount;
  }

  /** Observations in all; those of `NaN` are in no bucket. */
  get count(): number {
    return this.#count;
  }

  /** Sum of the observations. */
  get sum(): number {
    return this.#sum;
  }

  /** Goes up whenever buckets become others, by a reset or by a loss of resolution. */
  get revision(): number {
    return this.#revision;
  }

  /** The key, see {@link bucketKey}, of the bucket that the latest observation fell into; `NaN` where it was in none. */
  get latest(): number {
    return this.#latest;
  }

  /** Unix time in seconds of the start or the last reset. */
  get createdSeconds(): number {
    return this.#resetAt / 1000;
  }

  /** Counts one observation. `NaN` goes into the count and the sum only. */
  observe(value: number): void {
    if (this.#resetScheduled) this.resetIfDue();
    this.#record(value);
    const { maxBuckets } = this.#settings;
    if (this.positive.size + this.negative.size > maxBuckets && maxBuckets > 0) this.#limit(value);
  }

  /** Starts again from nothing, with the zero bucket and the resolution of the settings. */
  reset(): void {
    this.positive.clear();
    this.negative.clear();
    this.#schema = schemaForFactor(this.#settings.bucketFactor);
    this.#zeroThreshold = this.#settings.zeroThreshold;
    this.#zeroCount = 0;
    this.#count = 0;
    this.#sum = 0;
    this.#resetAt = this.#now();
    this.#resetScheduled = false;
    this.#revision++;
  }

  /**
   * Does the reset that a loss of resolution has scheduled, once its time has come; returns whether it did. `observe`
   * sees to it, too: call this before reading, so that a series without observations does not stay coarse.
   */
  resetIfDue(): boolean {
    if (!this.#resetScheduled || !this.#mayReset()) return false;
    this.reset();
    return true;
  }

  #record(value: number): void {
    this.#count++;
    this.#sum += value;
    this.#latest = NaN;
    if (value > this.#zeroThreshold) {
      const index = bucketIndex(value, this.#schema);
      this.positive.add(index, 1);
      this.#latest = bucketKey(index, false);
    } else if (value < -this.#zeroThreshold) {
      const index = bucketIndex(-value, this.#schema);
      this.negative.add(index, 1);
      this.#latest = bucketKey(index, true);
    } else if (!Number.isNaN(value)) {
      this.#zeroCount++;
    }
  }

  /** One step towards the limit, after the observation of `value`; the next observation takes another if it has to. */
  #limit(value: number): void {
    if (this.#mayReset()) {
      this.reset();
      this.#record(value);
      return;
    }
    this.#resetScheduled = this.#settings.minResetSeconds > 0;
    if (!this.#widenZeroBucket()) this.#doubleWidth();
    this.#revision++;
  }

  #mayReset(): boolean {
    const { minResetSeconds } = this.#settings;
    return minResetSeconds > 0 && this.#now() - this.#resetAt >= minResetSeconds * 1000;
  }

  #widenZeroBucket(): boolean {
    const { maxZeroThreshold } = this.#settings;
    if (this.#zeroThreshold >= maxZeroThreshold) return false;
    const smallest = Math.min(smallestIndex(this.positive), smallestIndex(this.negative));
    const threshold = bucketUpperBound(smallest, this.#schema);
    if (threshold > maxZeroThreshold) return false;
    this.#zeroThreshold = threshold;
    for (const buckets of [this.positive, this.negative]) {
      this.#zeroCount += buckets.get(smallest);
      replaceBuckets(
        buckets,
        [...buckets].filter(([index]) => index !== smallest),
      );
    }
    return true;
  }

  #doubleWidth(): void {
    if (this.#schema === minSchema) return;
    this.#schema--;
    for (const buckets of [this.positive, this.negative]) {
      replaceBuckets(
        buckets,
        Array.from(buckets, ([index, count]) => [Math.ceil(index / 2), count]),
      );
    }
  }
}

/** One number for a bucket of either sign. */
export function bucketKey(index: number, isNegative: boolean): number {
  return index * 2 + (isNegative ? 1 : 0);
}

/** The bucket of a key, as of {@link bucketKey}. */
export function bucketOfKey(key: number): { readonly index: number; readonly isNegative: boolean } {
  const index = Math.floor(key / 2);
  return { index, isNegative: key !== index * 2 };
}

function smallestIndex(buckets: BucketCounts): number {
  for (const [index] of buckets) return index;
  return Infinity;
}

function replaceBuckets(buckets: BucketCounts, entries: readonly (readonly [index: number, count: number])[]): void {
  buckets.clear();
  for (const [index, count] of entries) buckets.add(index, count);
}
