/** Buckets of one sign that hold observations: the count of each by its index. Iterates in the order of the indexes. */
export class BucketCounts implements Iterable<readonly [index: number, count: number]> {
  // A hash table where the hash is the end of the index: neighbouring buckets lie side by side. A count of 0 is a hole.
  #indexes = new Int32Array(0);
  #counts = new Float64Array(0);
  #size = 0;

  /** How many buckets hold observations. */
  get size(): number {
    return this.#size;
  }

  /** Observations in one bucket. */
  get(index: number): number {
    return this.#size === 0 ? 0 : this.#counts[this.#find(index)]!;
  }

  /** Adds observations, one or more, to a bucket. */
  add(index: number, count: number): void {
    if (this.#size * 2 >= this.#counts.length) this.#grow();
    const place = this.#find(index);
    if (this.#counts[place] === 0) {
      this.#indexes[place] = index;
      this.#size++;
    }
    this.#counts[place]! += count;
  }

  clear(): void {
    this.#indexes = new Int32Array(0);
    this.#counts = new Float64Array(0);
    this.#size = 0;
  }

  *[Symbol.iterator](): Generator<readonly [index: number, count: number]> {
    const indexes = this.#indexes.filter((_, place) => this.#counts[place]! > 0).toSorted();
    for (const index of indexes) yield [index, this.get(index)];
  }

  #find(index: number): number {
    const mask = this.#counts.length - 1;
    let place = index & mask;
    while (this.#counts[place]! > 0 && this.#indexes[place] !== index) place = (place + 1) & mask;
    return place;
  }

  #grow(): void {
    const buckets = [...this];
    const capacity = Math.max(8, this.#counts.length * 2);
    this.#indexes = new Int32Array(capacity);
    this.#counts = new Float64Array(capacity);
    this.#size = 0;
    for (const [index, count] of buckets) this.add(index, count);
  }
}
