/**
 * Hands out the bits by which the readers of a table mark what they have seen. There are seven, and an eighth for expiry;
 * one more reader than that takes the bit of another, each time the next.
 */
export class ReaderMarks {
  /** By bit. The first is that of expiry. */
  readonly #holders: (WeakRef<object> | undefined)[] = Array.from({ length: 8 });
  #next = 0;

  /** Whether the reader still has the mark that it claimed. */
  holds(reader: object, mark: number): boolean {
    return this.#holders[31 - Math.clz32(mark)]?.deref() === reader;
  }

  /** A mark for a reader, which has to look at everything first. */
  claim(reader: object): number {
    let bit = 1;
    while (bit < 8 && this.#holders[bit]?.deref() !== undefined) bit++;
    if (bit === 8) bit = 1 + (this.#next++ % 7);
    this.#holders[bit] = new WeakRef(reader);
    return 1 << bit;
  }
}
