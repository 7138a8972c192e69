/** Something that several hold, and that comes back once the last of them has let go of it. */
export class Loan {
  #holders = 0;
  readonly #back: () => void;

  /** `back` is called when it comes back; never, where somebody does not let go. */
  constructor(back: () => void) {
    this.#back = back;
  }

  hold(): void {
    this.#holders++;
  }

  release(): void {
    this.#holders--;
    if (this.#holders > 0) return;
    // Whoever waits for the same may be told of it just now, by a promise; the next request may be there in no time.
    process.nextTick(() => {
      if (this.#holders === 0) this.#back();
    });
  }
}
