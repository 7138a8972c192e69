import { describe, expect, it } from "vitest";
import { duration } from "./duration.ts";

describe("a duration", () => {
  it.each([
    ["30s", 30],
    ["1m30s", 90],
    ["500ms", 0.5],
    ["1h", 3600],
    ["1d12h", 129_600],
    ["2w", 1_209_600],
    ["1y", 31_536_000],
    ["1s500ms", 1.5],
    ["0", 0],
    ["0s", 0],
    ["100ms", 0.1],
  ])("%s is %d seconds", (text, seconds) => {
    expect(duration().parse(text)).toBe(seconds);
  });

  it.each(["", "30", "5 minutes", "1s1m", "1.5s", "-1s", "s", "1S", "30s ", "1m1m", "999999999y", 30, null])(
    "%j is refused",
    (value) => {
      expect(duration().safeParse(value).success).toBe(false);
    },
  );
});
