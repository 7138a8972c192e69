import { expect, it } from "vitest";
import { scrapeSeconds } from "./scrape-seconds.ts";

it.each([
  ["10", 9.5],
  ["1.5", 1],
  ["0.5", 0.25],
  ["3600", 120],
  [undefined, 10],
  ["", 10],
  ["0", 10],
  ["-1", 10],
  ["NaN", 10],
  ["soon", 10],
  ["Infinity", 120],
])("leaves a scrape with a timeout of %s this many seconds: %d", (header, seconds) => {
  expect(scrapeSeconds(header)).toBe(seconds);
});
