/** How many may look at a time. */
const mostViewers = 50;
/** How long one is counted after it was heard of. */
const silentMs = 10_000;

/** Those who look at the page, so that there are not too many. */
export class Viewers {
  readonly #heardAt = new Map<string, number>();

  /** Whether one of this name may look now. */
  admit(name: string, now: number = performance.now()): boolean {
    for (const [other, heardAt] of this.#heardAt) if (now - heardAt > silentMs) this.#heardAt.delete(other);
    if (!this.#heardAt.has(name) && this.#heardAt.size >= mostViewers) return false;
    this.#heardAt.set(name, now);
    return true;
  }
}
