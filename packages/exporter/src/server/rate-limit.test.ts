import { expect, it } from "vitest";
import { TokenBucket } from "./rate-limit.ts";

it("lets a burst through, then one request each interval, and saves up no more than a burst", () => {
  let now = 0;
  const bucket = new TokenBucket({ intervalSeconds: 0.5, burst: 3 }, () => now);
  const takeAll = (): number => {
    let taken = 0;
    while (bucket.take()) taken++;
    return taken;
  };
  expect(takeAll()).toBe(3);
  now += 499;
  expect(bucket.take()).toBe(false);
  now += 1;
  expect(takeAll()).toBe(1);
  now += 60_000;
  expect(takeAll()).toBe(3);
});

it("lets every request through without an interval", () => {
  const bucket = new TokenBucket({ intervalSeconds: 0, burst: 0 }, () => 0);
  expect(bucket.take()).toBe(true);
});
