/** What stands for every value beyond the limit. */
export const otherValue = "other";

const longestValue = 256;

/** The values of one label, of which there may be so many: those that come first stay, and `other` stands for the rest. */
export class BoundedValues {
  readonly #known = new Set<string>();
  readonly #limit: number;

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** The value, or `other` if it is a new one and there are as many as there may be, or it is very long. */
  of(value: string): string {
    if (this.#known.has(value)) return value;
    if (this.#known.size >= this.#limit || value.length > longestValue) return otherValue;
    this.#known.add(value);
    return value;
  }
}
