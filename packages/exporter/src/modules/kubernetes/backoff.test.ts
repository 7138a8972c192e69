import { expect, it } from "vitest";
import { Backoff } from "./backoff.ts";

it("waits twice as long after each failure, up to a limit, and leaves half to chance", () => {
  const waits = (random: number): number[] => {
    const backoff = new Backoff({ least: 100, most: 1000, random: () => random });
    return Array.from({ length: 6 }, () => backoff.next());
  };
  expect(waits(0)).toEqual([50, 100, 200, 400, 500, 500]);
  expect(waits(1)).toEqual([100, 200, 400, 800, 1000, 1000]);
});

it("waits as long as the server asks for, and begins anew once something went well", () => {
  const backoff = new Backoff({ least: 100, most: 1000, random: () => 1 });
  expect(backoff.next(30)).toBe(30_000);
  expect(backoff.next()).toBe(200);
  backoff.reset();
  expect(backoff.next()).toBe(100);
});
