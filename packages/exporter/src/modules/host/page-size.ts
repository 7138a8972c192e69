import { endianness } from "node:os";
import { readFileSync } from "node:fs";

const usualBytes = 4096;
// The key of the page size among the pairs of numbers that the kernel hands to a program.
const pageSizeKey = 6n;

let known: number | undefined;

/** Bytes of a page of memory, in which the kernel counts much of it. */
export function pageSize(): number {
  known ??= readPageSize() ?? usualBytes;
  return known;
}

function readPageSize(): number | undefined {
  try {
    const pairs = readFileSync("/proc/self/auxv");
    const read = (at: number): bigint =>
      endianness() === "LE" ? pairs.readBigUInt64LE(at) : pairs.readBigUInt64BE(at);
    for (let at = 0; at + 16 <= pairs.length; at += 16) if (read(at) === pageSizeKey) return Number(read(at + 8));
    return undefined;
  } catch {
    return undefined;
  }
}
