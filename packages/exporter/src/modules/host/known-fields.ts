/** What the fields of the kernel are told as. There are hundreds, each scrape has the same, and few are asked for. */
export class KnownFields<Declaration> {
  readonly #declarations = new Map<string, Declaration | undefined>();
  readonly #declare: (field: string) => Declaration | undefined;

  /** `declare` says what a field is told as; undefined where it is not. */
  constructor(declare: (field: string) => Declaration | undefined) {
    this.#declare = declare;
  }

  get(field: string): Declaration | undefined {
    const known = this.#declarations.get(field);
    if (known !== undefined || this.#declarations.has(field)) return known;
    const declared = this.#declare(field);
    this.#declarations.set(field, declared);
    return declared;
  }
}
