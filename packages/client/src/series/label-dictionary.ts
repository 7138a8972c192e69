/** The values of one label: each has a small number, its id, for as long as a series uses it. */
export class LabelDictionary {
  /** The ids of the values that are in use. */
  readonly ids: ReadonlyMap<string, number>;
  readonly #ids = new Map<string, number>();
  #values: string[] = [];
  /** By id, how many series use the value. */
  #uses: number[] = [];
  #free: number[] = [];

  constructor() {
    this.ids = this.#ids;
  }

  /** The value of an id that is in use. */
  valueOf(id: number): string {
    return this.#values[id]!;
  }

  /** The id of a value that one more series uses. */
  take(value: string): number {
    let id = this.#ids.get(value);
    if (id === undefined) {
      id = this.#free.pop() ?? this.#values.length;
      this.#ids.set(value, id);
      this.#values[id] = value;
      this.#uses[id] = 0;
    }
    this.#uses[id]!++;
    return id;
  }

  /** One series fewer uses the value. */
  release(id: number): void {
    if (--this.#uses[id]! > 0) return;
    this.#ids.delete(this.#values[id]!);
    this.#values[id] = "";
    this.#free.push(id);
  }

  clear(): void {
    this.#ids.clear();
    this.#values = [];
    this.#uses = [];
    this.#free = [];
  }
}
