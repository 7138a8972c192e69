import type { ByteWriter } from "./byte-writer.ts";
import { formatValue } from "./number.ts";
import { writeDecimal } from "./write-decimal.ts";

/** How many bytes a number takes at the most. */
const longest = 32;
const zero = 48;

/** Writes what {@link formatValue} returns. */
export function writeNumber(writer: ByteWriter, value: number): void {
  writer.reserve(longest);
  if (isSmallWhole(value)) {
    writer.end += digitsOf(value);
    writeDigits(writer.bytes, writer.end, value);
    return;
  }
  const end = writeDecimal(writer.bytes, writer.end, value);
  if (end < 0) writer.text(formatValue(value));
  else writer.end = end;
}

/** Whether it is a whole number from 0 up to 2^32, and not the negative zero. */
export function isSmallWhole(value: number): boolean {
  return value >>> 0 === value && (value > 0 || 1 / value > 0);
}

/** Writes the digits of a whole number from 0 up to 2^32 so that they end before `end`. */
export function writeDigits(bytes: Uint8Array, end: number, value: number): void {
  let rest = value >>> 0;
  let at = end;
  while (rest >= 10) {
    const tenth = (rest / 10) >>> 0;
    bytes[--at] = zero + (rest - tenth * 10);
    rest = tenth;
  }
  bytes[--at] = zero + rest;
}

/** How many digits a whole number from 0 up to 2^32 has. */
export function digitsOf(value: number): number {
  if (value < 1e5) {
    if (value < 100) return value < 10 ? 1 : 2;
    if (value < 1e4) return value < 1e3 ? 3 : 4;
    return 5;
  }
  if (value < 1e7) return value < 1e6 ? 6 : 7;
  if (value < 1e9) return value < 1e8 ? 8 : 9;
  return 10;
}
