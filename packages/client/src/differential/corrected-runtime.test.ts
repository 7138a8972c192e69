import perfHooks from "node:perf_hooks";
import { createRequire } from "node:module";
import * as prometheusIoClient from "@prometheus-io/client";
import * as promClient from "prom-client";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { collectDefaultMetrics, Registry } from "../index.ts";

// What the two libraries do wrongly with the metrics of the runtime, and what this one does instead. They are held to their
// faults in the version in which those were seen and in no other, so that a release that mends one breaks no test.

const known = [
  { name: "prom-client", version: "15.1.3", client: promClient },
  { name: "@prometheus-io/client", version: "0.16.1", client: prometheusIoClient as unknown as typeof promClient },
].filter(({ name, version }) => createRequire(import.meta.url)(`${name}/package.json`).version === version);

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
});
afterEach(() => {
  perfHooks.PerformanceObserver = PerformanceObserver;
  FakeObserver.observing.clear();
});

const { NODE_PERFORMANCE_GC_MAJOR: major, NODE_PERFORMANCE_GC_MINOR: minor } = perfHooks.constants;
const batch = [major, minor, major, major].map((kind) => ({ detail: { kind }, duration: 2000 }));

function collections(text: string): string[] {
  return text.split("\n").filter((line) => /^nodejs_gc_duration_seconds_(sum|count)/.test(line));
}

it("counts every garbage collection of those that are reported together", async () => {
  const register = new Registry();
  const running = collectDefaultMetrics({ register });
  FakeObserver.report(batch);
  const text = await register.metrics();
  running.stop();
  expect(collections(text)).toEqual(
    expect.arrayContaining([
      'nodejs_gc_duration_seconds_count{kind="major"} 3',
      'nodejs_gc_duration_seconds_sum{kind="major"} 6',
      'nodejs_gc_duration_seconds_count{kind="minor"} 1',
    ]),
  );
  for (const { client } of known) {
    const theirs = new client.Registry();
    client.collectDefaultMetrics({ register: theirs });
    FakeObserver.report(batch);
    expect(collections(await theirs.metrics())).toEqual([
      'nodejs_gc_duration_seconds_sum{kind="major"} 2',
      'nodejs_gc_duration_seconds_count{kind="major"} 1',
    ]);
  }
});

it("stops what measures the runtime, and takes its metrics out of the registry", async () => {
  const histogram = perfHooks.monitorEventLoopDelay();
  const disable = vi.spyOn(Object.getPrototypeOf(histogram) as typeof histogram, "disable");
  const register = new Registry();
  const running = collectDefaultMetrics({ register });
  expect(FakeObserver.observing.size).toBe(1);
  expect(await register.metrics()).not.toBe("");
  running.stop();
  expect(FakeObserver.observing.size).toBe(0);
  expect(disable).toHaveBeenCalledOnce();
  expect(await register.metrics()).toBe("");
  disable.mockRestore();
  for (const { client } of known) {
    // It returns nothing that could be stopped, and emptying the registry leaves the observer where it is.
    const theirs = new client.Registry();
    expect(client.collectDefaultMetrics({ register: theirs })).toBeUndefined();
    theirs.clear();
  }
  expect(FakeObserver.observing.size).toBe(known.length);
});
