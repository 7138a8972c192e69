import { Gauge, Registry } from "@exporterkit/client";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { silentLogger } from "../../logger.ts";
import type { ScrapeContext } from "../../scrape/pipeline.ts";
import { History } from "./history.ts";
import { Recorder } from "./recorder.ts";

beforeEach(() => void vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "performance", "Date"] }));
afterEach(() => void vi.useRealTimers());

function record({ always = false, tookMs = 0 } = {}): { recorder: Recorder; history: History; calls: () => number } {
  const registry = new Registry();
  new Gauge({ name: "rooms", help: "Rooms.", registers: [registry] }).set(3);
  const history = new History({ seconds: 900, bytes: 1_000_000, series: 1000 });
  const collect = vi.fn(async ({ isSample }: ScrapeContext) => {
    expect(isSample).toBe(true);
    if (tookMs > 0) await new Promise((resolve) => setTimeout(resolve, tookMs));
    return { registry, release() {} };
  });
  const recorder = new Recorder({ collect, history, always, logger: silentLogger });
  return { recorder, history, calls: () => collect.mock.calls.length };
}

const advance = (seconds: number): Promise<unknown> => vi.advanceTimersByTimeAsync(seconds * 1000);

describe("a recorder", () => {
  it("takes samples while somebody looks, goes on for a while, and in the end has no timer and no memory", async () => {
    const { recorder, history, calls } = record();
    expect([calls(), vi.getTimerCount()]).toEqual([0, 0]);
    await recorder.watched();
    expect(history.times.length).toBe(1);
    await advance(60);
    expect(history.times.length).toBeGreaterThan(25);
    await advance(60);
    expect(recorder.isRunning).toBe(false);
    const called = calls();
    await advance(600);
    expect(calls()).toBe(called);
    expect(history.times.length).toBeGreaterThan(25);
    await advance(600);
    expect([history.times.length, vi.getTimerCount()]).toEqual([0, 0]);
  });

  it("shows a gap where nobody looked", async () => {
    const { recorder, history } = record();
    await recorder.watched();
    await advance(400);
    await recorder.watched();
    await advance(1);
    const row = (sample: number): number | undefined => history.row(history.families.get("rooms")!, sample)?.[0];
    expect([row(history.last), row(history.last - 1), row(history.last - 2)]).toEqual([3, undefined, 3]);
  });

  it("takes fewer samples where each takes long, so that most of the time is left to scrapes", async () => {
    const { recorder, calls } = record({ tookMs: 2500 });
    void recorder.watched();
    await advance(60);
    expect(calls()).toBeLessThanOrEqual(7);
  });

  it("records without being looked at if it is told to, until it is stopped", async () => {
    const { recorder, history, calls } = record({ always: true });
    await advance(3600);
    expect(calls()).toBeGreaterThan(1500);
    expect(history.times.length).toBeLessThan(460);
    await recorder.stop();
    expect([history.times.length, vi.getTimerCount()]).toEqual([0, 0]);
  });
});
