import { expect, it, vi } from "vitest";
import { SharedCall } from "./shared-call.ts";

/** A shared probe that ends when it is told to. */
function sharedProbe(): {
  probe: SharedCall<string>;
  signal: AbortSignal;
  end: (result: string) => void;
  onEnd: () => void;
} {
  let signal!: AbortSignal;
  let end!: (result: string) => void;
  const onEnd = vi.fn();
  const probe = new SharedCall<string>((given) => {
    signal = given;
    return new Promise((resolve) => (end = resolve));
  }, onEnd);
  return { probe, signal, end, onEnd };
}

it("goes on for those that wait when another leaves, and ends when the last does", async () => {
  const { probe, signal, onEnd } = sharedProbe();
  const [first, second] = [new AbortController(), new AbortController()];
  const left = [probe.join(first.signal), probe.join(second.signal)];
  first.abort(new Error("first"));
  await expect(left[0]).rejects.toThrow("first");
  expect([signal.aborted, vi.mocked(onEnd).mock.calls.length]).toEqual([false, 0]);
  second.abort(new Error("second"));
  await expect(left[1]).rejects.toThrow("second");
  expect(signal.reason).toEqual(new Error("second"));
  expect(onEnd).toHaveBeenCalledOnce();
});

it("gives its result to all that wait, and ends", async () => {
  const { probe, signal, end, onEnd } = sharedProbe();
  const waiting = [probe.join(new AbortController().signal), probe.join(new AbortController().signal)];
  end("result");
  expect(await Promise.all(waiting)).toEqual(["result", "result"]);
  expect(onEnd).toHaveBeenCalledOnce();
  expect(signal.aborted).toBe(false);
});

it("is late once it was not done in time for one that waited, but not where that one's client has gone", async () => {
  const { probe, signal } = sharedProbe();
  const [gone, late, last] = [new AbortController(), new AbortController(), new AbortController()];
  const joined = [
    probe.join(gone.signal, () => true),
    probe.join(late.signal),
    probe.join(last.signal),
    probe.over(new AbortController().signal),
  ];
  const settled = Promise.allSettled(joined);
  gone.abort();
  await expect(joined[0]).rejects.toThrow();
  expect(probe.isLate).toBe(false);
  late.abort();
  await expect(joined[1]).rejects.toThrow();
  expect([probe.isLate, signal.aborted]).toEqual([true, false]);
  await expect(probe.over(AbortSignal.abort(new Error("gone")))).rejects.toThrow("gone");
  last.abort();
  expect((await settled).map(({ status }) => status)).toEqual(["rejected", "rejected", "rejected", "fulfilled"]);
  expect(signal.aborted).toBe(true);
});

it("is not kept going by one that had left before it joined", async () => {
  const { probe, signal } = sharedProbe();
  await expect(probe.join(AbortSignal.abort(new Error("gone")))).rejects.toThrow("gone");
  expect(signal.aborted).toBe(true);
});
