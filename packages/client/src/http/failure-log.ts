/** Told of a failure that must not reach a request, with what failed. */
export type FailureListener = (error: unknown, what: string) => void;

const pauseMilliseconds = 10_000;

/** A listener that writes to the console, but not more often than every 10 seconds of the same. */
export function consoleLog(): FailureListener {
  const latest = new Map<string, number>();
  return (error, what) => {
    const now = performance.now();
    if (now - (latest.get(what) ?? -Infinity) < pauseMilliseconds) return;
    latest.set(what, now);
    console.error(`${what}:`, error);
  };
}

/** Tells `listener`, whatever it does. */
export function tell(listener: FailureListener, error: unknown, what: string): void {
  try {
    listener(error, what);
  } catch {
    // A log that fails must not reach a request either.
  }
}
