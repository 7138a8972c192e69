interface Asked {
  readonly turn: number;
  readonly hasAnswered: boolean;
}

/**
 * In which order servers are asked when time may not do for all: those that did not answer the last time come last, and of the
 * others that one first which has waited longest.
 */
export class AskingOrder {
  readonly #asked = new Map<string, Asked>();
  #turn = 0;

  /** The names in that order. All others are forgotten. */
  of(names: ReadonlySet<string>): string[] {
    for (const name of this.#asked.keys()) if (!names.has(name)) this.#asked.delete(name);
    const never: Asked = { turn: 0, hasAnswered: true };
    const keyed = Array.from(names, (name) => ({ name, ...(this.#asked.get(name) ?? never) }));
    keyed.sort((a, b) => Number(b.hasAnswered) - Number(a.hasAnswered) || a.turn - b.turn);
    return keyed.map(({ name }) => name);
  }

  /** Says that one was asked, and whether it answered. */
  asked(name: string, hasAnswered: boolean): void {
    this.#asked.set(name, { turn: ++this.#turn, hasAnswered });
  }
}
