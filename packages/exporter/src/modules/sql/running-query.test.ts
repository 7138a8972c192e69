import { describe, expect, it, vi } from "vitest";
import { RunningQuery } from "./running-query.ts";

function never(): Promise<string> {
  return new Promise(() => {});
}

const stopping = (): { cancel: () => Promise<void>; destroy: () => void } => ({
  cancel: vi.fn(async () => {}),
  destroy: vi.fn(),
});

describe("a query that runs", () => {
  it("is neither cancelled nor its connection destroyed where it is done, or fails by itself", async () => {
    const signal = new AbortController().signal;
    for (const work of [Promise.resolve("a"), Promise.reject(new Error("b"))]) {
      const means = stopping();
      const running = new RunningQuery(work, { signal, timeoutSeconds: 1 }, means);
      await Promise.allSettled([running.answer]);
      await running.settled;
      expect(means.cancel).not.toHaveBeenCalled();
      expect(means.destroy).not.toHaveBeenCalled();
    }
  });

  it("is cancelled at its timeout, and free once it has ended and the server has been asked", async () => {
    let fail!: (error: Error) => void;
    const work = new Promise<string>((_resolve, reject) => (fail = reject));
    const means = { ...stopping(), cancel: vi.fn(async () => fail(new Error("cancelled by the server"))) };
    const running = new RunningQuery(work, { signal: new AbortController().signal, timeoutSeconds: 0.01 }, means);
    await expect(running.answer).rejects.toThrow("not done within 0.01 s, and cancelled");
    await running.settled;
    expect(means.cancel).toHaveBeenCalledTimes(1);
    expect(means.destroy).not.toHaveBeenCalled();
  });

  it("is cancelled when it is not wanted any more, at once where that was before", async () => {
    for (const isBefore of [true, false]) {
      const controller = new AbortController();
      const means = { ...stopping(), cancel: vi.fn(() => Promise.reject(new Error("no connection"))) };
      if (isBefore) controller.abort(new Error("the scrape is over"));
      const running = new RunningQuery(never(), { signal: controller.signal, timeoutSeconds: 60 }, means);
      controller.abort(new Error("the scrape is over"));
      await expect(running.answer).rejects.toThrow("the scrape is over");
      await running.settled;
      expect(means.destroy).toHaveBeenCalledTimes(1);
    }
  });

  it("costs the connection where the server does not cancel it", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    try {
      const means = stopping();
      const running = new RunningQuery(
        never(),
        { signal: AbortSignal.abort(new Error("x")), timeoutSeconds: 60 },
        means,
      );
      await expect(running.answer).rejects.toThrow("x");
      let isSettled = false;
      void running.settled.then(() => (isSettled = true));
      await vi.waitFor(() => expect(means.cancel).toHaveBeenCalled(), 10_000);
      expect(isSettled).toBe(false);
      await vi.advanceTimersByTimeAsync(2000);
      await running.settled;
      expect(means.destroy).toHaveBeenCalledTimes(1);
    } finally {
      vi.useRealTimers();
    }
  });
});
