// What is above this goes into a sum of its own, so that both parts stay whole numbers that a double holds exactly.
const high = 2 ** 40;

/**
 * Sums of whole numbers from which can be taken again what was added: exact, so that what is left after a million changes is
 * what a fresh addition finds, also where a limit of exabytes comes and goes.
 */
export class ExactSums {
  readonly #parts: Float64Array;

  constructor(columns: number) {
    this.#parts = new Float64Array(2 * columns);
  }

  /** Adds each number to its sum, or takes it off again with a `sign` of -1. */
  add(numbers: Float64Array, sign: 1 | -1): void {
    const parts = this.#parts;
    for (let i = 0; i < numbers.length; i++) {
      const number = numbers[i]!;
      if (number === 0) continue;
      const upper = Math.floor(number / high);
      parts[2 * i]! += sign * (number - upper * high);
      parts[2 * i + 1]! += sign * upper;
    }
  }

  at(column: number): number {
    return this.#parts[2 * column]! + this.#parts[2 * column + 1]! * high;
  }
}
