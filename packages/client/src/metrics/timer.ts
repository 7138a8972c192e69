/** Starts a stopwatch. The function it returns hands the seconds since to `report`, and returns them. */
export function startTimer(report: (seconds: number) => void): () => number {
  const start = performance.now();
  return () => {
    const seconds = (performance.now() - start) / 1000;
    report(seconds);
    return seconds;
  };
}

/** Does `work` and hands the seconds it took to `report`, also if it throws; those of a promise until it is settled. */
export function time<Result>(report: (seconds: number) => void, work: () => Result): Result {
  const stop = startTimer(report);
  let result: Result;
  try {
    result = work();
  } catch (error) {
    stop();
    throw error;
  }
  if (result instanceof Promise) return result.finally(stop) as Result;
  stop();
  return result;
}
