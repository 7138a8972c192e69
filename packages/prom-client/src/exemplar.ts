/** An observation that stands for others, with labels that lead to it, such as those of its trace. */
export class Exemplar {
  labelSet: Readonly<Record<string, unknown>>;
  value: number;
  /** In seconds since the Unix epoch. */
  timestamp: number;

  /** Throws a `RangeError` if names and values of the labels are longer than 128 together. */
  constructor(labelSet: Readonly<Record<string, unknown>>, value: number) {
    const length = Object.entries(labelSet).reduce((sum, [name, text]) => sum + name.length + String(text).length, 0);
    if (length > 128) throw new RangeError("Label set size must be smaller than 128 UTF-8 chars");
    this.labelSet = labelSet;
    this.value = value;
    this.timestamp = Date.now() / 1000;
  }
}

/** The latest exemplar of each sample. */
export class Exemplars {
  /** By slot and then by sample. */
  readonly #latest = new Map<number, Exemplar[]>();

  get(slot: number, sample: number): Exemplar | undefined {
    return this.#latest.get(slot)?.[sample];
  }

  set(slot: number, sample: number, exemplar: Exemplar): void {
    let samples = this.#latest.get(slot);
    if (samples === undefined) this.#latest.set(slot, (samples = []));
    samples[sample] = exemplar;
  }

  /** Called when a series is removed. */
  forget(slot: number): void {
    this.#latest.delete(slot);
  }
}
