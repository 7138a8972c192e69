const initialCapacity = 16;

/** Makes `compression` about the number of groups that there come to be, of ten thousand values or ten million. */
const groupScale = 10;

// Where two sorted lists meet before they go back into a sketch. Nothing is in it between two calls.
let meetingMeans = new Float64Array(0);
let meetingWeights = new Float64Array(0);

/**
 * An estimate of quantiles in bounded memory: a merging t-digest. It keeps the mean and the weight of small groups of
 * neighbouring values. The nearer a group is to one of the ends, the fewer values it may hold, down to one: an estimate
 * in the tails is good to a fraction of the tail. Up to four times `compression` values are kept as they are, and
 * quantiles of them are exact.
 *
 * @see https://arxiv.org/abs/1902.04023
 */
export class QuantileSketch {
  readonly #compression: number;
  /** Means of the groups, in order, and then single values in any order. */
  #means = new Float64Array(0);
  /** Weights of the groups. */
  #weights = new Float64Array(0);
  #groups = 0;
  #size = 0;
  /** How many values, from the first, are known to be in order, as long as there are no groups. */
  #sorted = 0;
  #count = 0;
  #min = Infinity;
  #max = -Infinity;

  /** `compression` is about how many groups are kept. Default: 100. A group takes 16 bytes. */
  constructor(compression: number = 100) {
    this.#compression = compression;
  }

  /** How many values were added; `NaN` is none. */
  get count(): number {
    return this.#count;
  }

  /** How many groups and single values are kept. */
  get size(): number {
    return this.#size;
  }

  /** Adds one value. `NaN` is ignored. */
  add(value: number): void {
    if (Number.isNaN(value)) return;
    if (this.#size === this.#means.length) this.#makeRoom();
    this.#means[this.#size++] = value;
    this.#count++;
    if (value < this.#min) this.#min = value;
    if (value > this.#max) this.#max = value;
  }

  /** Adds all that was added to another sketch, which stays as it is. */
  merge(other: QuantileSketch): void {
    if (other.#groups === 0) {
      // The end is fixed beforehand: the other sketch may be this one.
      for (let i = 0, end = other.#size; i < end; i++) this.add(other.#means[i]!);
      return;
    }
    this.#compress();
    other.#compress();
    const count = this.#count + other.#count;
    meet(this.#means, this.#weights, this.#groups, other.#means, other.#weights, other.#groups);
    this.#regroup(this.#groups + other.#groups, count);
    this.#count = count;
    this.#min = Math.min(this.#min, other.#min);
    this.#max = Math.max(this.#max, other.#max);
  }

  /**
   * The value that a fraction `q`, from 0 to 1, of all values is not above; `NaN` when there are none, or for another `q`.
   * While the values are few it is one of them, that of rank `ceil(q * count)`; at 0 and 1 always the least and the greatest.
   */
  quantile(q: number): number {
    if (this.#count === 0 || !(q >= 0 && q <= 1)) return NaN;
    if (q === 0) return this.#min;
    if (q === 1) return this.#max;
    const rank = q * this.#count;
    if (this.#groups === 0) {
      this.#sort();
      return this.#means[Math.ceil(rank) - 1]!;
    }
    this.#compress();
    let group = 0;
    let below = 0;
    while (group < this.#groups - 1 && below + this.#weights[group]! < rank) below += this.#weights[group++]!;
    return this.#interpolate(group, below, rank);
  }

  /**
   * Where a fraction `q` of all values lies, as t-digests tell it: between the two values nearest to it, even while there are
   * few, each in the middle of the ranks it has. `NaN` when there are none, or for another `q`.
   */
  interpolatedQuantile(q: number): number {
    if (this.#groups > 0 || this.#count === 0 || !(q >= 0 && q <= 1)) return this.quantile(q);
    this.#sort();
    const rank = q * this.#count;
    let before = NaN;
    let middleBefore = NaN;
    for (let first = 0, end = 0; first < this.#size; first = end) {
      const value = this.#means[first]!;
      while (end < this.#size && this.#means[end] === value) end++;
      const middle = (first + end) / 2;
      if (rank <= middle) {
        return first === 0 ? value : before + ((rank - middleBefore) * (value - before)) / (middle - middleBefore);
      }
      before = value;
      middleBefore = middle;
    }
    return before;
  }

  /** Forgets all values, and gives their memory back. */
  reset(): void {
    this.#means = new Float64Array(0);
    this.#weights = new Float64Array(0);
    this.#groups = 0;
    this.#size = 0;
    this.#sorted = 0;
    this.#count = 0;
    this.#min = Infinity;
    this.#max = -Infinity;
  }

  /** Within a group the values are taken to lie evenly between its mean, in the middle, and what comes before and after. */
  #interpolate(group: number, below: number, rank: number): number {
    const mean = this.#means[group]!;
    const weight = this.#weights[group]!;
    const fromMiddle = rank - below - weight / 2;
    const neighbour = group + Math.sign(fromMiddle);
    if (weight === 1 || !Number.isFinite(mean)) return mean;
    const inside = neighbour >= 0 && neighbour < this.#groups;
    const target = inside ? this.#means[neighbour]! : fromMiddle < 0 ? this.#min : this.#max;
    if (!Number.isFinite(target)) return mean;
    // A single value stands for itself alone: the way to it ends at the edge of this group.
    const neighbourWeight = inside && this.#weights[neighbour]! > 1 ? this.#weights[neighbour]! : 0;
    return mix(mean, target, Math.abs(fromMiddle) / ((weight + neighbourWeight) / 2));
  }

  #makeRoom(): void {
    const limit = Math.ceil(this.#compression * 4);
    if (this.#size >= limit) this.#compress();
    if (this.#size < this.#means.length) return;
    const capacity = Math.max(initialCapacity, this.#size * 2);
    const means = new Float64Array(this.#size < limit ? Math.min(capacity, limit) : capacity);
    means.set(this.#means);
    this.#means = means;
  }

  #sort(): void {
    if (this.#sorted === this.#size) return;
    this.#means.set(this.#means.subarray(0, this.#size).toSorted());
    this.#sorted = this.#size;
  }

  /** Turns the single values into groups. */
  #compress(): void {
    const singles = this.#size - this.#groups;
    if (singles === 0) return;
    meet(
      this.#means,
      this.#weights,
      this.#groups,
      this.#means.subarray(this.#groups, this.#size).toSorted(),
      undefined,
      singles,
    );
    this.#regroup(this.#size, this.#count);
  }

  /** Makes groups, as large as their place allows, of the first `length` that have met. */
  #regroup(length: number, count: number): void {
    const scale = (groupScale / this.#compression) * count;
    let last = 0;
    let below = 0;
    for (let i = 1; i < length; i++) {
      const mean = meetingMeans[last]!;
      const weight = meetingWeights[last]!;
      const nextMean = meetingMeans[i]!;
      const together = weight + meetingWeights[i]!;
      const room = scale * Math.min(spread(below / count), spread((below + together) / count));
      // Infinity has no mean with anything but itself.
      const joins = Number.isFinite(mean) && Number.isFinite(nextMean) ? together <= room : mean === nextMean;
      if (joins) {
        meetingMeans[last] = mix(mean, nextMean, meetingWeights[i]! / together);
        meetingWeights[last] = together;
      } else {
        below += weight;
        last++;
        meetingMeans[last] = nextMean;
        meetingWeights[last] = meetingWeights[i]!;
      }
    }
    const groups = last + 1;
    if (this.#means.length < groups) this.#means = new Float64Array(groups);
    if (this.#weights.length < groups) this.#weights = new Float64Array(groups);
    this.#means.set(meetingMeans.subarray(0, groups));
    this.#weights.set(meetingWeights.subarray(0, groups));
    this.#groups = groups;
    this.#size = groups;
  }
}

/**
 * How large a group may be at quantile `q`, relative to others. With the power 1 estimates in the tails would be better
 * still, but the number of groups would grow with that of the values; with 1/2, as in most t-digests, both are less.
 */
function spread(q: number): number {
  const root = Math.sqrt(Math.max(0, q * (1 - q)));
  return root * Math.sqrt(root);
}

/** The point at `share` of the way from one value to another, never beyond either, whatever the rounding. */
function mix(from: number, to: number, share: number): number {
  const value = from * (1 - share) + to * share;
  return Math.min(Math.max(value, Math.min(from, to)), Math.max(from, to));
}

/** Writes two sorted lists, the second of weight 1 where it has no weights, as one sorted list to where they meet. */
function meet(
  means: Float64Array,
  weights: Float64Array,
  length: number,
  otherMeans: Float64Array,
  otherWeights: Float64Array | undefined,
  otherLength: number,
): void {
  const total = length + otherLength;
  if (meetingMeans.length < total) {
    meetingMeans = new Float64Array(total * 2);
    meetingWeights = new Float64Array(total * 2);
  }
  for (let i = 0, j = 0; i + j < total;) {
    const place = i + j;
    if (j === otherLength || (i < length && means[i]! <= otherMeans[j]!)) {
      meetingMeans[place] = means[i]!;
      meetingWeights[place] = weights[i++]!;
    } else {
      meetingMeans[place] = otherMeans[j]!;
      meetingWeights[place] = otherWeights === undefined ? 1 : otherWeights[j]!;
      j++;
    }
  }
}
