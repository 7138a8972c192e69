import { within } from "../../scrape/within.ts";
import { LimitPassed, type QueryLimits } from "./session.ts";

/** How a query is stopped. */
export interface Stopping {
  /** Asks the server to cancel the query, and resolves when it has been asked. */
  readonly cancel: () => Promise<void>;
  /** Ends the connection. */
  readonly destroy: () => void;
}

/** How long the server may take to cancel a query before the connection is given up. */
export const cancelSeconds = 2;

/** A query that runs until it is done, or until a limit is passed and it has been cancelled. */
export class RunningQuery<Answer> {
  /** What the query returns. Rejects as soon as a limit is passed. */
  readonly answer: Promise<Answer>;
  /** Resolves when the connection is free again, or destroyed. Never rejects. */
  readonly settled: Promise<void>;

  constructor(work: Promise<Answer>, { signal, timeoutSeconds }: Omit<QueryLimits, "maxRows">, stopping: Stopping) {
    let timer: NodeJS.Timeout | undefined;
    let onAbort!: () => void;
    const over = new Promise<never>((_resolve, reject) => {
      onAbort = () => reject(signal.reason instanceof Error ? signal.reason : new Error("no longer wanted"));
      const late = new LimitPassed(`not done within ${Number(timeoutSeconds.toFixed(2))} s, and cancelled`);
      timer = setTimeout(() => reject(late), timeoutSeconds * 1000);
      if (signal.aborted) onAbort();
      else signal.addEventListener("abort", onAbort, { once: true });
    });
    const end = (): void => {
      clearTimeout(timer);
      signal.removeEventListener("abort", onAbort);
    };
    this.answer = Promise.race([work, over]).finally(end);
    this.settled = settle(this.answer, work, stopping);
  }
}

/** Waits for a query, and cancels it unless it is done then. */
async function settle(answer: Promise<unknown>, work: Promise<unknown>, stopping: Stopping): Promise<void> {
  const [{ status }] = await Promise.allSettled([answer]);
  if (status === "fulfilled") return;
  let isDone = false;
  const done = Promise.allSettled([work]).finally(() => {
    isDone = true;
  });
  // A query that failed by itself is done by now.
  await new Promise(setImmediate);
  if (isDone) return;
  try {
    // The connection is free only once nothing can be cancelled on it any more.
    await within(Promise.all([done, stopping.cancel()]), cancelSeconds);
  } catch {
    stopping.destroy();
  }
}
