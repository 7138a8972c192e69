import type { Exposition } from "../exposition/exposition.ts";

/** An answer to a request for metrics. */
export interface ScrapeAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | number>>;
  /** The bytes of the body; they may change once they are released. */
  readonly chunks: readonly Uint8Array[];
  /** Says that the bytes are sent, or will not be. */
  readonly release: () => void;
}

/** An answer of plain text. */
export function textAnswer(status: number, text: string, headers: Readonly<Record<string, string>> = {}): ScrapeAnswer {
  return answer(status, [new TextEncoder().encode(text)], "text/plain; charset=utf-8", headers, () => {});
}

/** The answer that is an exposition. */
export function expositionAnswer(exposition: Exposition): ScrapeAnswer {
  const { chunks, contentType, contentEncoding } = exposition;
  const headers = {
    Vary: "Accept, Accept-Encoding",
    ...(contentEncoding !== undefined && { "Content-Encoding": contentEncoding }),
  };
  return answer(200, chunks, contentType, headers, () => exposition.release());
}

function answer(
  status: number,
  chunks: readonly Uint8Array[],
  contentType: string,
  headers: Readonly<Record<string, string>>,
  release: () => void,
): ScrapeAnswer {
  return {
    status,
    headers: {
      "Content-Type": contentType,
      "Content-Length": chunks.reduce((length, chunk) => length + chunk.length, 0),
      "X-Content-Type-Options": "nosniff",
      // What compresses responses for an application would do so again, and may not say when bytes have been sent.
      "Cache-Control": "no-transform",
      ...headers,
    },
    chunks,
    release,
  };
}
