import { absentLabel } from "./absent-label.ts";

/** The values of one label: each has a small number, its id, for as long as a series uses it. */
export class LabelDictionary {
  /** The ids of the values that are in use; not that of {@link absentLabel}, which nobody can look up by giving it. */
  readonly ids: ReadonlyMap<string, number>;
  readonly #ids = new Map<string, number>();
  #values: string[] = [];
  /** By id, how many series use the value. */
  #uses: number[] = [];
  #free: number[] = [];
  #absent: number | undefined;

  constructor() {
    this.ids = this.#ids;
  }

  /** The value of an id that is in use. */
  valueOf(id: number): string {
    return this.#values[id]!;
  }

  /** The id of a value, or of {@link absentLabel}, if a series uses it. */
  idOf(value: string): number | undefined {
    return value === absentLabel ? this.#absent : this.#ids.get(value);
  }

  /** The id of a value that one more series uses. */
  take(value: string): number {
    let id = this.idOf(value);
    if (id === undefined) {
      id = this.#free.pop() ?? this.#values.length;
      if (value === absentLabel) this.#absent = id;
      else this.#ids.set(value, id);
      this.#values[id] = value;
      this.#uses[id] = 0;
    }
    this.#uses[id]!++;
    return id;
  }

  /** One series fewer uses the value. */
  release(id: number): void {
    if (--this.#uses[id]! > 0) return;
    if (id === this.#absent) this.#absent = undefined;
    else this.#ids.delete(this.#values[id]!);
    this.#values[id] = "";
    this.#free.push(id);
  }

  clear(): void {
    this.#ids.clear();
    this.#absent = undefined;
    this.#values = [];
    this.#uses = [];
    this.#free = [];
  }
}
