import type { Answer } from "../work.ts";

/** The time that a run takes; rubbish left by the run before is collected first. */
export function elapsed(run: () => void): Answer {
  globalThis.gc?.();
  const start = process.hrtime.bigint();
  run();
  return { nanoseconds: Number(process.hrtime.bigint() - start) };
}
