/**
 * Keeps one of what many objects have alike. It is in two generations, and forgets what nobody has asked for while the younger
 * one filled up, so that what comes and goes does not stay.
 */
export class Interner<Value> {
  readonly #limit: number;
  #young = new Map<string, Value>();
  #old = new Map<string, Value>();

  /** `limit` is how many values a generation has. */
  constructor(limit = 20_000) {
    this.#limit = limit;
  }

  /** The value that was made for the key, or one that is made now. */
  take(key: string, make: () => Value): Value {
    const known = this.#young.get(key);
    if (known !== undefined) return known;
    const value = this.#old.get(key) ?? make();
    if (this.#young.size >= this.#limit) {
      this.#old = this.#young;
      this.#young = new Map();
    }
    this.#young.set(key, value);
    return value;
  }
}
