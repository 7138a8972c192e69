import { formatOf } from "./content-type.ts";
import { parseOpenMetrics } from "./openmetrics.ts";
import { ParseError, textError } from "./parse-error.ts";
import type { ParsedFamily } from "./parsed-family.ts";
import { parseProtobuf } from "./protobuf.ts";
import { parseText } from "./text.ts";

/**
 * Reads an exposition: what a program answers on `/metrics`.
 *
 * ```ts
 * const response = await fetch("http://localhost:9999/metrics");
 * const families = parse(await response.text(), response.headers.get("content-type") ?? undefined);
 * ```
 *
 * @param body The exposition. Protobuf must be given as bytes.
 * @param contentType The Content-Type it came with: `text/plain` in version 0.0.4 or 1.0.0,
 *   `application/openmetrics-text` in version 0.0.1 or 1.0.0, or `application/vnd.google.protobuf`. Default: text 0.0.4.
 * @returns The families in the order in which they stand.
 * @throws {ParseError} if the body breaks the rules of its format, is not UTF-8, or has another Content-Type.
 */
export function parse(body: string | Uint8Array, contentType = ""): ParsedFamily[] {
  const format = formatOf(contentType);
  if (format === "protobuf") {
    if (typeof body === "string") throw new ParseError("Expected protobuf as bytes, but found a string.");
    return parseProtobuf(body);
  }
  const text = typeof body === "string" ? wellFormed(body) : decode(body);
  if (format === "openmetrics") return parseOpenMetrics(text);
  return parseText(text, format === "text 1.0.0" ? "1.0.0" : "0.0.4");
}

function wellFormed(text: string): string {
  if (text.isWellFormed()) return text;
  const whole = text.toWellFormed();
  let at = 0;
  while (text.charCodeAt(at) === whole.charCodeAt(at)) at++;
  throw textError(text, at, "well-formed Unicode", "a lone surrogate");
}

function decode(bytes: Uint8Array): string {
  // A byte order mark is no part of the formats, so it must not vanish here.
  const options = { fatal: true, ignoreBOM: true };
  try {
    return new TextDecoder("utf-8", options).decode(bytes);
  } catch {
    // The longest start that can be decoded ends where the fault is.
    let good = 0;
    let bad = bytes.length + 1;
    while (bad - good > 1) {
      const middle = (good + bad) >>> 1;
      if (decodeStart(bytes, middle) === undefined) bad = middle;
      else good = middle;
    }
    const start = decodeStart(bytes, good) ?? "";
    throw textError(start, start.length, "UTF-8", good === bytes.length ? "the end of the input" : "other bytes");
  }
}

function decodeStart(bytes: Uint8Array, length: number): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes.subarray(0, length), {
      stream: true,
    });
  } catch {
    return undefined;
  }
}
