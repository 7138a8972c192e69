import { expect, it } from "vitest";
import { parseHumanBytes } from "./human-bytes.ts";

it.each([
  ["0", 0],
  ["512", 512],
  ["1.6k", 1624],
  ["20.4G", 21_894_336_512],
  ["-321.5k", -329_204],
  ["1.10M", 2_072_576],
])("reads %j", (text, bytes) => {
  expect(Math.abs(parseHumanBytes(text)! - bytes)).toBeLessThan(Math.max(Math.abs(bytes) * 0.01, 1));
});

it.each([undefined, "", "k", "1.k", "1Q", "NaN", "1 k"])("leaves %j out", (text) => {
  expect(parseHumanBytes(text)).toBeUndefined();
});
