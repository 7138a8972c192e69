import type { Cluster } from "node:cluster";
import { EventEmitter } from "node:events";
import { afterEach, expect, it, vi } from "vitest";
import type { MetricJson } from "../metric-aggregators.ts";
import { WorkerRequests } from "./worker-requests.ts";

afterEach(() => void vi.useRealTimers());

interface FakeWorker {
  readonly id: number;
  isConnected(): boolean;
  /** The requests that it got. */
  readonly sent: { readonly requestId: number }[];
  send(message: unknown, done: (error: Error | null) => void): void;
}

function fakeWorker(id: number, options: { connected?: boolean; error?: Error } = {}): FakeWorker {
  const sent: { readonly requestId: number }[] = [];
  return {
    id,
    sent,
    isConnected: () => options.connected ?? true,
    send(message, done) {
      sent.push(message as { requestId: number });
      done(options.error ?? null);
    },
  };
}

/** A primary with these workers, and what answers for one of them. */
function primaryOf(workers: readonly FakeWorker[]): {
  cluster: EventEmitter;
  requests: WorkerRequests;
  answer: (worker: FakeWorker, response: { metrics?: unknown[][]; error?: string }) => void;
} {
  const cluster = Object.assign(new EventEmitter(), {
    workers: Object.fromEntries(workers.map((worker) => [worker.id, worker])),
  });
  return {
    cluster,
    requests: new WorkerRequests(cluster as unknown as Cluster),
    answer(worker, response) {
      const { requestId } = worker.sent.at(-1)!;
      cluster.emit("message", worker, { type: "prom-client:getMetricsRes", requestId, ...response });
    },
  };
}

const metric = (name: string): MetricJson => ({ name }) as MetricJson;

it("waits 5 seconds for a worker that does not answer, and takes no notice when it then does", async () => {
  vi.useFakeTimers();
  const [prompt, late] = [fakeWorker(1), fakeWorker(2)];
  const { requests, answer } = primaryOf([prompt, late]);
  const rejected = expect(requests.ask()).rejects.toThrow("Operation timed out.");
  answer(prompt, { metrics: [[metric("a")]] });
  await vi.advanceTimersByTimeAsync(4999);
  expect(vi.getTimerCount()).toBe(1);
  await vi.advanceTimersByTimeAsync(1);
  await rejected;
  answer(late, { metrics: [[metric("b")]] });
  answer(late, { error: "too late" });
  expect(vi.getTimerCount()).toBe(0);
});

it("does without a worker that ends before it has answered, and keeps no time for it", async () => {
  vi.useFakeTimers();
  const [one, other] = [fakeWorker(1), fakeWorker(2)];
  const { cluster, requests, answer } = primaryOf([one, other]);
  const asked = requests.ask();
  answer(one, { metrics: [[metric("a")], [metric("b")]] });
  cluster.emit("disconnect", other);
  expect(await asked).toEqual([[metric("a")], [metric("b")]]);
  expect(vi.getTimerCount()).toBe(0);
});

it("does without a worker that cannot be reached", async () => {
  const [gone, broken, well] = [
    fakeWorker(1, { connected: false }),
    fakeWorker(2, { error: new Error("write EPIPE") }),
    fakeWorker(3),
  ];
  const { requests, answer } = primaryOf([gone, broken, well]);
  const asked = requests.ask();
  answer(well, { metrics: [[metric("a")]] });
  expect(await asked).toEqual([[metric("a")]]);
  expect(gone.sent).toEqual([]);
});

it("counts a worker once, and fails by the first error", async () => {
  const [one, other] = [fakeWorker(1), fakeWorker(2)];
  const { requests, answer } = primaryOf([one, other]);
  const asked = requests.ask();
  answer(one, { metrics: [[metric("a")]] });
  answer(one, { metrics: [[metric("a")]] });
  answer(other, { metrics: [] });
  expect(await asked).toEqual([[metric("a")]]);
  const failed = requests.ask();
  answer(one, { error: "no such thing" });
  answer(other, { error: "nor this" });
  await expect(failed).rejects.toThrow("no such thing");
});

it("leaves the program's own messages alone, whatever they are", async () => {
  const worker = fakeWorker(1);
  const { cluster, requests, answer } = primaryOf([worker]);
  const asked = requests.ask();
  for (const message of [null, undefined, "ready", 1, { type: "mine" }]) cluster.emit("message", worker, message);
  answer(worker, { metrics: [[metric("a")]] });
  expect(await asked).toEqual([[metric("a")]]);
});

it("has nothing where there are no workers", async () => {
  expect(await primaryOf([]).requests.ask()).toBeUndefined();
});
