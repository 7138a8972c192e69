import { clausesOf } from "./accept-header.ts";

/** How an exposition is compressed. */
export type ContentEncoding = "gzip" | "zstd";

/**
 * The compression to answer a scrape with, by the request's `Accept-Encoding` header: of those in `available`, the one with
 * the highest weight, and among equals the first; undefined where none is accepted, or plain bytes are liked better.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9110#name-accept-encoding
 */
export function negotiateEncoding(
  acceptEncoding: string | null | undefined,
  available: readonly ContentEncoding[],
): ContentEncoding | undefined {
  let best: ContentEncoding | undefined;
  let bestWeight = 0;
  let plainWeight = 0;
  for (const { name, weight } of clausesOf(acceptEncoding)) {
    if (name === "identity") plainWeight = weight;
    const encoding = available.find((candidate) => candidate === name);
    if (encoding === undefined || weight <= bestWeight) continue;
    best = encoding;
    bestWeight = weight;
  }
  return bestWeight >= plainWeight ? best : undefined;
}
