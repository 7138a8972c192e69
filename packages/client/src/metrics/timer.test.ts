import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { Family } from "../family.ts";
import { Gauge } from "./gauge.ts";
import { Histogram } from "./histogram.ts";
import { Summary } from "./summary.ts";
import { timed } from "./timed.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** Takes `seconds`, by the fake clock. */
async function pass(seconds: number): Promise<string> {
  await vi.advanceTimersByTimeAsync(seconds * 1000);
  return "done";
}

function sumOf(metric: { family: Family }): number {
  const { family } = metric;
  const values = new Float64Array(family.samples.length);
  family.read(0, values);
  const sum = family.samples.findIndex(({ kind }) => kind === "sum");
  return values[Math.max(sum, 0)]!;
}

const options = { name: "work_seconds", help: "Work.", labelNames: ["a"], registers: [] } as const;

it.each([
  ["histogram", () => new Histogram(options)],
  ["summary", () => new Summary(options)],
  ["gauge", () => new Gauge(options)],
])("a %s times functions, whether they return, reject or throw, and gives back what they return", async (_, make) => {
  const metric = make();
  await expect(metric.time({ a: 1 }, () => pass(2))).resolves.toBe("done");
  expect(sumOf(metric)).toBe(2);
  metric.reset();
  await expect(metric.labels({ a: 1 }).time(() => pass(3))).resolves.toBe("done");
  expect(sumOf(metric)).toBe(3);
  metric.reset();
  const rejected = metric.time({ a: 1 }, async () => {
    await pass(4);
    throw new Error("no");
  });
  await expect(rejected).rejects.toThrow("no");
  expect(sumOf(metric)).toBe(4);
  metric.reset();
  const thrown = () =>
    metric.time({ a: 1 }, () => {
      vi.advanceTimersByTime(5000);
      throw new Error("now");
    });
  expect(thrown).toThrow("now");
  expect(sumOf(metric)).toBe(5);
  expect(metric.time({ a: 1 }, () => 42)).toBe(42);
});

it("the decorator takes no metric that has labels", () => {
  // @ts-expect-error which series?
  expect(timed(new Histogram(options))).toBeTypeOf("function");
  // @ts-expect-error which series?
  expect(timed(new Gauge(options))).toBeTypeOf("function");
});

it("the decorator keeps this, arguments and results, in both styles of decorators", async () => {
  const gauge = new Gauge({ ...options, labelNames: [] });
  class Shop {
    readonly name = "shop";
    async sell(item: string): Promise<string> {
      await pass(6);
      return `${this.name} sold ${item}`;
    }
  }
  const { value: sell } = Object.getOwnPropertyDescriptor(Shop.prototype, "sell") as { value: Shop["sell"] };
  const standard = timed(gauge)(sell, {} as ClassMethodDecoratorContext);
  expect(await standard.call(new Shop(), "tea")).toBe("shop sold tea");
  expect(sumOf(gauge)).toBe(6);

  const legacy = timed(gauge)(Shop.prototype, "sell", Object.getOwnPropertyDescriptor(Shop.prototype, "sell")!);
  Object.defineProperty(Shop.prototype, "sell", legacy);
  gauge.set(0);
  expect(await new Shop().sell("milk")).toBe("shop sold milk");
  expect(sumOf(gauge)).toBe(6);
});
