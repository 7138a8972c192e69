import { around } from "./around.ts";

/** Starts a stopwatch. The function it returns hands the seconds since to `report`, and returns them. */
export function startTimer(report: (seconds: number) => void): () => number {
  const elapsed = stopwatch();
  return () => {
    const seconds = elapsed();
    report(seconds);
    return seconds;
  };
}

/**
 * Starts a stopwatch for a series of which some labels may be known only when it stops. The function it returns hands all
 * labels and the seconds since to `report`, and returns the seconds.
 */
export function startLabelledTimer(
  begun: object | undefined,
  report: (labels: object, seconds: number) => void,
): (ended?: object) => number {
  const kept = { ...begun };
  const elapsed = stopwatch();
  return (ended) => {
    const seconds = elapsed();
    report({ ...kept, ...ended }, seconds);
    return seconds;
  };
}

/** Does `work` and hands the seconds it took to `report`, also if it throws; those of a promise until it is settled. */
export function time<Result>(report: (seconds: number) => void, work: () => Result): Result {
  return around(work, { after: startTimer(report) });
}

/** Tells the seconds since it was called. */
function stopwatch(): () => number {
  const start = performance.now();
  return () => (performance.now() - start) / 1000;
}
