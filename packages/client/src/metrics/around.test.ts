import { expect, it, vi } from "vitest";
import { Counter } from "./counter.ts";
import { Gauge } from "./gauge.ts";

const options = { name: "m", help: "M.", labelNames: ["a"], registers: [] } as const;

/** The value of the metric's one series. */
function valueOf({ family }: Counter<"a"> | Gauge<"a">): number {
  const values = new Float64Array(1);
  family.read(0, values);
  return values[0]!;
}

it("counts what throws and what rejects, and nothing else, and hands all of it on", async () => {
  const counter = new Counter(options);
  expect(counter.countExceptions({ a: "x" }, () => 1)).toBe(1);
  await expect(counter.countExceptions({ a: "x" }, () => Promise.resolve(2))).resolves.toBe(2);
  expect(valueOf(counter)).toBe(0);
  const broken = new Error("broken");
  const throwing = () => {
    throw broken;
  };
  expect(() => counter.countExceptions({ a: "x" }, throwing)).toThrow(broken);
  await expect(counter.labels("x").countExceptions(() => Promise.reject(broken))).rejects.toBe(broken);
  expect(valueOf(counter)).toBe(2);
  const plain = new Counter({ ...options, labelNames: [] });
  expect(() => plain.countExceptions(throwing)).toThrow(broken);
});

it("tracks what is in progress until it is done, however it ends", async () => {
  const gauge = new Gauge(options);
  expect(gauge.trackInProgress({ a: "x" }, () => valueOf(gauge))).toBe(1);
  expect(valueOf(gauge)).toBe(0);
  const rejected = gauge.labels("x").trackInProgress(() => Promise.reject(new Error("broken")));
  expect(valueOf(gauge)).toBe(1);
  await expect(rejected).rejects.toThrow("broken");
  expect(valueOf(gauge)).toBe(0);
  const plain = new Gauge({ ...options, labelNames: [] });
  expect(plain.trackInProgress(() => 3)).toBe(3);
});

it("does not take what is in progress off a series that came in place of its own", async () => {
  vi.useFakeTimers();
  const gauge = new Gauge(options);
  let end = (): void => {};
  const working = gauge.trackInProgress({ a: "x" }, () => new Promise<void>((resolve) => (end = resolve)));
  gauge.reset();
  vi.advanceTimersByTime(10);
  gauge.inc({ a: "x" });
  end();
  await working;
  expect(valueOf(gauge)).toBe(1);
  vi.useRealTimers();
});
