import { ApiFailure } from "./api-failure.ts";

/** What a list says of itself. */
export interface ListMeta {
  readonly resourceVersion?: string;
  /** Where the next page begins; empty or missing at the last. */
  readonly continue?: string;
}

const [quote, backslash, comma, open, close, openList, closeList] = [0x22, 0x5c, 0x2c, 0x7b, 0x7d, 0x5b, 0x5d];

/**
 * Cuts the text of a list as the API server writes it into its items, as it comes, so that never more than one of them is held as
 * an object. Made for one answer.
 */
export class JsonList {
  readonly #longestItem: number;
  readonly #isWanted: (item: Buffer) => boolean;
  /** What has come and is not done with: the frame around the items, or an item's beginning. */
  #pending: Buffer[] = [];
  #pendingBytes = 0;
  readonly #frame: Buffer[] = [];
  #depth = 0;
  #inText = false;
  #escaped = false;
  /** Whether what comes is within the brackets of `items`. */
  #inItems = false;

  /**
   * `longestItem` is how many bytes an item, and what stands around the items, may have; `isWanted` is asked of the text of an item
   * whether to parse it.
   */
  constructor(longestItem: number, isWanted: (item: Buffer) => boolean = () => true) {
    this.#longestItem = longestItem;
    this.#isWanted = isWanted;
  }

  /** The items that end in `chunk`. Throws an {@link ApiFailure} at an item that is no JSON or too long. */
  *take(chunk: Buffer): Generator<unknown> {
    // Where in the chunk begins what is pending.
    let start = 0;
    for (let i = 0; i < chunk.length; i++) {
      const byte = chunk[i]!;
      if (this.#inText) {
        i = this.#skipText(chunk, i);
        continue;
      }
      if (byte === quote) {
        this.#inText = true;
      } else if (byte === open || byte === openList) {
        if (byte === openList && this.#depth === 1 && this.#isAfterItemsKey(chunk, start, i)) {
          this.#keep(chunk.subarray(start, i + 1));
          this.#endFrame();
          this.#inItems = true;
          start = i + 1;
        }
        this.#depth++;
      } else if (byte === close || byte === closeList) {
        this.#depth--;
        if (this.#inItems && this.#depth === 2) {
          this.#keep(chunk.subarray(start, i + 1));
          start = i + 1;
          const item = this.#item();
          if (this.#isWanted(item)) yield parse(item, "an item");
        } else if (this.#inItems && this.#depth === 1) {
          this.#pending = [];
          this.#pendingBytes = 0;
          this.#inItems = false;
          start = i;
        }
      } else if (byte === comma && this.#inItems && this.#depth === 2) {
        start = i + 1;
      }
    }
    this.#keep(chunk.subarray(start));
  }

  /** What the list says of itself, at its end. Throws an {@link ApiFailure} where it is no list or ends too soon. */
  end(): ListMeta {
    this.#endFrame();
    const frame = parse(Buffer.concat(this.#frame), "the list") as { metadata?: ListMeta; items?: unknown } | null;
    if (frame === null || typeof frame !== "object" || !("items" in frame)) {
      throw malformed("what came is no list");
    }
    return frame.metadata ?? {};
  }

  // Returns where the text ends, or the end of the chunk.
  #skipText(chunk: Buffer, from: number): number {
    let i = from;
    if (this.#escaped) {
      this.#escaped = false;
      i++;
    }
    for (; i < chunk.length; i++) {
      const byte = chunk[i];
      if (byte === backslash) {
        i++;
        if (i === chunk.length) this.#escaped = true;
      } else if (byte === quote) {
        this.#inText = false;
        return i;
      }
    }
    return chunk.length - 1;
  }

  // Only in the frame, which is short.
  #isAfterItemsKey(chunk: Buffer, start: number, end: number): boolean {
    const before = Buffer.concat([...this.#pending, chunk.subarray(start, end)]).toString("latin1");
    return /"items"\s*:\s*$/.test(before);
  }

  #keep(part: Buffer): void {
    this.#pendingBytes += part.length;
    if (this.#pendingBytes > this.#longestItem) throw malformed(`it is longer than ${this.#longestItem} bytes`);
    if (part.length > 0) this.#pending.push(part);
  }

  #item(): Buffer {
    const text = this.#pending.length === 1 ? this.#pending[0]! : Buffer.concat(this.#pending);
    this.#pending = [];
    this.#pendingBytes = 0;
    return text;
  }

  #endFrame(): void {
    this.#frame.push(...this.#pending);
    this.#pending = [];
    this.#pendingBytes = 0;
  }
}

/** Parses what the API server wrote. Throws an {@link ApiFailure} if it is no JSON. */
export function parse(text: Buffer, what: string): unknown {
  try {
    return JSON.parse(text.toString()) as unknown;
  } catch (error) {
    // The parser's message quotes the text, which may be anything.
    throw new ApiFailure(`${what} is no JSON, or broke off`, { reason: "malformed", cause: error });
  }
}

function malformed(message: string): ApiFailure {
  return new ApiFailure(message, { reason: "malformed" });
}
