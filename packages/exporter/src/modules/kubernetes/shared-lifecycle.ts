/** What several collectors need: it begins with the first of them that starts, and ends with the last that stops. */
export class SharedLifecycle {
  readonly #begin: () => Promise<void>;
  readonly #end: () => Promise<void>;
  #users = 0;
  #beginning: Promise<void> | undefined;

  constructor(begin: () => Promise<void>, end: () => Promise<void>) {
    this.#begin = begin;
    this.#end = end;
  }

  /** A collector starts. Resolves once it has begun, and rejects with why it cannot. */
  readonly start = async (): Promise<void> => {
    this.#users++;
    try {
      await (this.#beginning ??= this.#begin());
    } catch (error) {
      this.#users--;
      throw error;
    }
  };

  /** A collector that has started stops. */
  readonly stop = async (): Promise<void> => {
    this.#users--;
    if (this.#users === 0) await this.#end();
  };
}
