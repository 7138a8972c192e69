import { absentLabel } from "./absent-label.ts";

/** The values of one label: each has a small number, its id, for as long as a series uses it. */
export class LabelDictionary {
  /** The ids of the values that are in use. That of {@link absentLabel} is the one of `undefined`, which is no text to give. */
  readonly ids: ReadonlyMap<string | undefined, number>;
  readonly #ids = new Map<string | undefined, number>();
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

  /** The id of a value, or of {@link absentLabel}, if a series uses it. */
  idOf(value: string): number | undefined {
    return this.#ids.get(keyOf(value));
  }

  /** The id of a value that one more series uses. */
  take(value: string): number {
    let id = this.idOf(value);
    if (id === undefined) {
      id = this.#free.pop() ?? this.#values.length;
      this.#ids.set(keyOf(value), id);
      this.#values[id] = value;
      this.#uses[id] = 0;
    }
    this.#uses[id]!++;
    return id;
  }

  /** One series fewer uses the value. */
  release(id: number): void {
    if (--this.#uses[id]! > 0) return;
    this.#ids.delete(keyOf(this.#values[id]!));
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

function keyOf(value: string): string | undefined {
  return value === absentLabel ? undefined : value;
}
