import type { ContentEncoding } from "./content-encoding.ts";

/**
 * An exposition as it goes over the wire. Its bytes are those that the registry keeps, and do not change before
 * {@link Exposition.release}: one that is never released costs the next exposition a copy of what has changed, no more.
 */
export class Exposition {
  /** The value of the Content-Type header. */
  readonly contentType: string;
  /** The value of the Content-Encoding header; undefined where the bytes are not compressed. */
  readonly contentEncoding: ContentEncoding | undefined;
  /** The bytes, in order. They must not be written to, nor read once they are released. */
  readonly chunks: readonly Uint8Array[];
  /** How many bytes there are. */
  readonly length: number;
  readonly #release: () => void;

  /** Made by a registry. */
  constructor(
    contentType: string,
    contentEncoding: ContentEncoding | undefined,
    chunks: readonly Uint8Array[],
    release: () => void,
  ) {
    this.contentType = contentType;
    this.contentEncoding = contentEncoding;
    this.chunks = chunks;
    this.length = chunks.reduce((length, chunk) => length + chunk.length, 0);
    this.#release = release;
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

  /** Says that the bytes are sent, or will not be: from now on they may change. Calling it again does nothing. */
  release(): void {
    this.#release();
  }
}
