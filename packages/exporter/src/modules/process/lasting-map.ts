/**
 * What is kept by name from one update to the next. There are never more than `limit` names: where there is no room for another,
 * those that the current update has not asked for go.
 */
export class LastingMap<Value> {
  readonly #limit: number;
  readonly #make: (name: string) => Value;
  readonly #entries = new Map<string, { readonly value: Value; update: number }>();

  constructor(limit: number, make: (name: string) => Value) {
    this.#limit = limit;
    this.#make = make;
  }

  /** The value of a name, made where there is none; undefined if there is no room. `update` is the number of the update. */
  take(name: string, update: number): Value | undefined {
    const known = this.#entries.get(name);
    if (known !== undefined) {
      known.update = update;
      return known.value;
    }
    if (this.#entries.size >= this.#limit) this.#dropAllBefore(update);
    if (this.#entries.size >= this.#limit) return undefined;
    const value = this.#make(name);
    this.#entries.set(name, { value, update });
    return value;
  }

  *values(): Generator<Value> {
    for (const { value } of this.#entries.values()) yield value;
  }

  #dropAllBefore(update: number): void {
    for (const [name, entry] of this.#entries) if (entry.update < update) this.#entries.delete(name);
  }
}
