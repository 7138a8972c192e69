/** Starts a stopwatch, and returns what tells the seconds since. */
export function startStopwatch(): () => number {
  // Clocks that tests put in its place know this one.
  const start = process.hrtime();
  return () => {
    const [seconds, nanoseconds] = process.hrtime(start);
    return seconds + nanoseconds / 1e9;
  };
}
