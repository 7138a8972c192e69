import { getEnvironmentData, setEnvironmentData, threadId, type Worker } from "node:worker_threads";

const ancestorsKey = "exporterkit:ancestors";

/** The threads that started this one, as far as they watch the ends of threads: it does not outlive them. */
export function ancestors(): readonly number[] {
  const all = getEnvironmentData(ancestorsKey) as unknown as readonly number[] | undefined;
  return all?.filter((thread) => thread !== threadId) ?? [];
}

/** Calls back when a thread has ended that this one starts from now on. Returns what ends that. */
export function watchThreadEnds(ended: (thread: number) => void): () => void {
  // Threads are given a copy as it is when they start.
  setEnvironmentData(ancestorsKey, [...ancestors(), threadId] as never);
  const watch = (worker: Worker): void => watchThread(worker, ended);
  process.on("worker", watch);
  return () => process.off("worker", watch);
}

/** Calls back when a thread has ended. */
export function watchThread(worker: Worker, ended: (thread: number) => void): void {
  const { threadId: thread } = worker;
  if (thread >= 0) worker.once("exit", () => ended(thread));
}
