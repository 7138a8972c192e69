import { QuantileSketch } from "./quantile-sketch.ts";

/** How far back the quantiles of a series look. */
export interface SlidingQuantilesOptions {
  /** Seconds after which an observation no longer counts. Default: 600. */
  readonly maxAgeSeconds?: number;
  /**
   * How many slices those seconds are cut into. Observations are dropped a slice at a time, so that the quantiles are of
   * the last `maxAgeSeconds` less at most the length of a slice. Default: 5.
   */
  readonly ageBuckets?: number;
  /** The `compression` of the {@link QuantileSketch} of a slice. Default: its own. */
  readonly compression?: number;
  /** A clock in milliseconds that never goes back. Default: `performance.now`. */
  readonly now?: () => number;
}

/** One slice of the time that is looked back on. */
interface Slice {
  /** Slices are numbered by the clock. */
  readonly number: number;
  readonly sketch: QuantileSketch;
}

/** Quantiles of what was observed lately. Each observation is kept once; a slice in which there was none takes no memory. */
export class SlidingQuantiles {
  readonly #sliceMilliseconds: number;
  readonly #ageBuckets: number;
  readonly #compression: number | undefined;
  readonly #now: () => number;
  /** From old to new. */
  #slices: Slice[] = [];

  constructor(options: SlidingQuantilesOptions = {}) {
    const { maxAgeSeconds = 600, ageBuckets = 5, compression, now = () => performance.now() } = options;
    this.#sliceMilliseconds = (maxAgeSeconds * 1000) / ageBuckets;
    this.#ageBuckets = ageBuckets;
    this.#compression = compression;
    this.#now = now;
  }

  /** How many observations are not too old; those of `NaN` do not count. */
  get count(): number {
    this.#dropOld(this.#sliceNumber());
    return this.#slices.reduce((sum, { sketch }) => sum + sketch.count, 0);
  }

  /** Adds one observation. `NaN` is ignored. */
  observe(value: number): void {
    const number = this.#sliceNumber();
    let slice = this.#slices.at(-1);
    if (slice?.number !== number) {
      this.#dropOld(number);
      slice = { number, sketch: new QuantileSketch(this.#compression) };
      this.#slices.push(slice);
    }
    slice.sketch.add(value);
  }

  /** The quantiles, each from 0 to 1, of the observations that are not too old; `NaN` where there are none. */
  quantiles(fractions: readonly number[]): number[] {
    const sketch = this.#sketch();
    return fractions.map((q) => sketch.quantile(q));
  }

  /** The same, estimated as by {@link QuantileSketch.interpolatedQuantile}. */
  interpolatedQuantiles(fractions: readonly number[]): number[] {
    const sketch = this.#sketch();
    return fractions.map((q) => sketch.interpolatedQuantile(q));
  }

  #sketch(): QuantileSketch {
    this.#dropOld(this.#sliceNumber());
    const [first, ...others] = this.#slices;
    let sketch = first?.sketch ?? new QuantileSketch();
    if (others.length > 0) {
      sketch = new QuantileSketch(this.#compression);
      for (const slice of this.#slices) sketch.merge(slice.sketch);
    }
    return sketch;
  }

  /** Forgets all observations. */
  reset(): void {
    this.#slices = [];
  }

  #sliceNumber(): number {
    return Math.floor(this.#now() / this.#sliceMilliseconds);
  }

  #dropOld(current: number): void {
    const oldest = current - this.#ageBuckets + 1;
    if (this.#slices[0] !== undefined && this.#slices[0].number < oldest) {
      this.#slices = this.#slices.filter((slice) => slice.number >= oldest);
    }
  }
}
