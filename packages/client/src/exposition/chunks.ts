import type { PageBytes } from "./page.ts";

/** What is shorter is copied together with its neighbours: a chunk costs as much to send as some thousand bytes do. */
const fewest = 1 << 13;
/** What is copied together is at most about this long. */
const most = 1 << 16;

/** The bytes of an exposition in the making: pages are handed on as they are, and what is short is copied together. */
export class Chunks {
  readonly chunks: Uint8Array[] = [];
  /** The page that each chunk is, if it is one. */
  readonly pages: (PageBytes | undefined)[] = [];
  length = 0;
  readonly #held: PageBytes[] = [];
  #short: Uint8Array[] = [];
  #shortLength = 0;

  /** Adds bytes, which are those of `page` if that is given. */
  add(bytes: Uint8Array, page?: PageBytes): void {
    this.length += bytes.length;
    if (bytes.length >= fewest) {
      this.flush();
      this.#push(bytes, page);
      return;
    }
    this.#short.push(bytes);
    this.#shortLength += bytes.length;
    if (this.#shortLength >= most) this.flush();
  }

  /** Adds a page that the caller holds; from now on it is held until {@link Chunks.release}. */
  addPage(page: PageBytes): void {
    this.#held.push(page);
    this.add(page.bytes.subarray(0, page.length), page);
  }

  /** Copies together what is short; to be called at the end, too. */
  flush(): void {
    if (this.#shortLength === 0) return;
    const bytes = new Uint8Array(this.#shortLength);
    let at = 0;
    for (const part of this.#short) {
      bytes.set(part, at);
      at += part.length;
    }
    this.#push(bytes);
    this.#short = [];
    this.#shortLength = 0;
  }

  /** Lets go of the pages, which may change from now on. */
  release(): void {
    for (const page of this.#held) page.holders--;
    this.#held.length = 0;
  }

  #push(bytes: Uint8Array, page?: PageBytes): void {
    this.chunks.push(bytes);
    this.pages.push(page);
  }
}
