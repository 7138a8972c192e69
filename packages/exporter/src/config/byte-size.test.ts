import { describe, expect, it } from "vitest";
import { byteSize } from "./byte-size.ts";

describe("a size in bytes", () => {
  it.each([
    ["512KiB", 524_288],
    ["10MiB", 10_485_760],
    ["1GB", 1_000_000_000],
    ["1.5KiB", 1536],
    ["7B", 7],
    ["0B", 0],
    ["1TiB", 1_099_511_627_776],
    ["1PB", 1e15],
    [4096, 4096],
  ])("%s is %d", (size, bytes) => {
    expect(byteSize().parse(size)).toBe(bytes);
  });

  it.each(["", "10", "10 MiB", "10M", "10mib", "-1B", "1..5KB", "9EiB", -1, 1.5, null])("%j is refused", (size) => {
    expect(byteSize().safeParse(size).success).toBe(false);
  });
});
