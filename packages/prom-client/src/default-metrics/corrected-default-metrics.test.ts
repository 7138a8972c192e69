import perfHooks from "node:perf_hooks";
import { syncBuiltinESMExports } from "node:module";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import * as promClient from "prom-client";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Registry } from "../registry.ts";
import { collectDefaultMetrics } from "./collect-default-metrics.ts";

// What prom-client 15 does wrongly, and what this does instead.

/** Stands in for Node's, so that the test says which collections are reported together. */
class FakeObserver {
  static readonly observing = new Set<FakeObserver>();
  readonly #report: (list: unknown) => void;

  constructor(report: (list: unknown) => void) {
    this.#report = report;
  }

  static report(entries: readonly { readonly detail: { readonly kind: number }; readonly duration: number }[]): void {
    for (const observer of FakeObserver.observing) observer.#report({ getEntries: () => entries });
  }

  observe(): void {
    FakeObserver.observing.add(this);
  }

  disconnect(): void {
    FakeObserver.observing.delete(this);
  }
}

const { PerformanceObserver } = perfHooks;
beforeEach(() => {
  perfHooks.PerformanceObserver = FakeObserver as never;
  syncBuiltinESMExports();
});
afterEach(() => {
  perfHooks.PerformanceObserver = PerformanceObserver;
  syncBuiltinESMExports();
  FakeObserver.observing.clear();
});

it("counts every garbage collection of those that are reported together", async () => {
  const { NODE_PERFORMANCE_GC_MAJOR: major, NODE_PERFORMANCE_GC_MINOR: minor } = perfHooks.constants;
  const theirs = new promClient.Registry();
  const ours = new Registry();
  promClient.collectDefaultMetrics({ register: theirs });
  collectDefaultMetrics({ register: ours });
  FakeObserver.report([major, minor, major].map((kind) => ({ detail: { kind }, duration: 2000 })));
  const counts = (text: string): string[] => text.split("\n").filter((line) => /^nodejs_gc\w+_count/.test(line));
  expect(counts(await ours.metrics())).toEqual([
    'nodejs_gc_duration_seconds_count{kind="major"} 2',
    'nodejs_gc_duration_seconds_count{kind="minor"} 1',
  ]);
  expect(counts(await theirs.metrics())).toEqual(['nodejs_gc_duration_seconds_count{kind="major"} 1']);
});

it("keeps the delays of the event loop as they were where none was sampled in between", async () => {
  const lags = async (registry: { metrics(): Promise<string> }): Promise<string[]> =>
    (await registry.metrics())
      .split("\n")
      .filter((line) => line.startsWith("nodejs_eventloop_lag_") && !/_lag_sec/.test(line));
  const theirs = new promClient.Registry();
  const ours = new Registry();
  promClient.collectDefaultMetrics({ register: theirs });
  collectDefaultMetrics({ register: ours });
  let before: string[] = [];
  await expect
    .poll(async () => {
      before = await lags(ours);
      return before.filter((line) => line.endsWith(" 0"));
    })
    .toHaveLength(0);
  expect(await lags(ours)).toEqual(before);
  await lags(theirs);
  expect(await lags(theirs)).toContain("nodejs_eventloop_lag_mean_seconds Nan");
});

describe("what measures the runtime", () => {
  const collectGarbage = ((): (() => void) => {
    setFlagsFromString("--expose-gc");
    return runInNewContext("gc") as () => void;
  })();

  it("ends when nobody has the metrics any more", async () => {
    const disable = vi.spyOn(
      Object.getPrototypeOf(perfHooks.monitorEventLoopDelay()) as { disable(): boolean },
      "disable",
    );
    const registry = new Registry();
    collectDefaultMetrics({ register: registry });
    await registry.metrics();
    expect(FakeObserver.observing.size).toBe(1);
    registry.clear();
    await expect
      .poll(() => {
        collectGarbage();
        return [FakeObserver.observing.size, disable.mock.calls.length];
      })
      .toEqual([0, 1]);
    disable.mockRestore();
  });

  it("goes on while the registry has them", async () => {
    const registry = new Registry();
    collectDefaultMetrics({ register: registry });
    for (let i = 0; i < 3; i++) {
      await new Promise((resolve) => setImmediate(resolve));
      collectGarbage();
    }
    expect(FakeObserver.observing.size).toBe(1);
    expect(await registry.metrics()).toContain("nodejs_gc_duration_seconds");
  });
});
