/** Starts a stopwatch. The function it returns hands the seconds since to `report`, and returns them. */
export function startTimer(report: (seconds: number) => void): () => number {
  const start = performance.now();
  return () => {
    const seconds = (performance.now() - start) / 1000;
    report(seconds);
    return seconds;
  };
}
