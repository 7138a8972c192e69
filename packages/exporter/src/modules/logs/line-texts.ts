import { isAscii } from "node:buffer";

/**
 * Bytes that become one text. A larger one outlives the collections of what is short-lived, and ten of those make V8 collect
 * the whole heap, for which everybody waits.
 */
const pieceSize = 32 * 1024;

/** What stands in `bytes` from `start` to `end`, which are whole lines, as texts of whole lines. */
export function* lineTexts(bytes: Buffer, start: number, end: number): Generator<string> {
  for (let from = start, to = end; from < end; from = to) {
    to = from + pieceSize < end ? endOfLine(bytes, from, from + pieceSize) : end;
    yield decode(bytes.subarray(from, to));
  }
}

/** Bytes as text: of ASCII, which is most of all logs, in a fraction of the time that UTF-8 takes. */
export function decode(bytes: Buffer): string {
  return bytes.toString(isAscii(bytes) ? "latin1" : "utf8");
}

/** Behind the last line that ends before `end`, or else the first that ends at all. */
function endOfLine(bytes: Buffer, start: number, end: number): number {
  const last = bytes.subarray(start, end).lastIndexOf(0x0a);
  return last < 0 ? bytes.indexOf(0x0a, end) + 1 : start + last + 1;
}
