/** Places for so many different things at a time; as many as like share the place of one thing. */
export class Places {
  readonly #taken = new Map<string, number>();
  readonly #maximum: number;

  constructor(maximum: number) {
    this.#maximum = maximum;
  }

  /** Takes a place, or shares it. Returns what gives it back, to be called once, or undefined where there is none. */
  take(key: string): (() => void) | undefined {
    const sharers = this.#taken.get(key) ?? 0;
    if (sharers === 0 && this.#taken.size >= this.#maximum) return undefined;
    this.#taken.set(key, sharers + 1);
    return () => {
      const others = this.#taken.get(key)! - 1;
      if (others > 0) this.#taken.set(key, others);
      else this.#taken.delete(key);
    };
  }
}
