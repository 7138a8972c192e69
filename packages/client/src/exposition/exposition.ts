import type { Chunks } from "./chunks.ts";

/**
 * An exposition as it goes over the wire. Its bytes are those that the registry keeps, and do not change before
 * {@link Exposition.release}: one that is never released costs the next exposition a copy of what has changed, no more.
 */
export class Exposition {
  /** The value of the Content-Type header. */
  readonly contentType: string;
  /** How many bytes there are. */
  readonly length: number;
  readonly #chunks: Chunks;

  constructor(contentType: string, chunks: Chunks) {
    this.contentType = contentType;
    this.length = chunks.length;
    this.#chunks = chunks;
  }

  /** The bytes, in order. They must not be written to, nor read once they are released. */
  get chunks(): readonly Uint8Array[] {
    return this.#chunks.chunks;
  }

  /** The bytes, copied into one array unless they are one already. */
  get body(): Uint8Array {
    if (this.chunks.length === 1) return this.chunks[0]!;
    const body = new Uint8Array(this.length);
    let at = 0;
    for (const chunk of this.chunks) {
      body.set(chunk, at);
      at += chunk.length;
    }
    return body;
  }

  /** The bytes as text, where the format is one. */
  text(): string {
    const decoder = new TextDecoder();
    // Each chunk ends where a row does.
    return this.chunks.map((chunk) => decoder.decode(chunk)).join("");
  }

  /** Says that the bytes are sent, or will not be: from now on they may change. Calling it again does nothing. */
  release(): void {
    this.#chunks.release();
  }
}
