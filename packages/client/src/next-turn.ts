/** How many go on in one turn. */
const mostAtOnce = 4;

const waiting: (() => void)[] = [];

// As they are now: a program's tests may put timers in their place that nobody lets go on.
const { setImmediate, setTimeout } = globalThis;

/**
 * Resolves in a later turn of the event loop, in each turn for a few of those that wait, in their order. However many there are,
 * what else there is to do waits for these alone: among it are new connections, of which libuv accepts one a turn.
 */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    waiting.push(resolve);
    if (waiting.length === 1) atEndOfTurn(go);
  });
}

/** Resolves after that many turns of the event loop. */
export async function turns(count: number): Promise<void> {
  for (let i = 0; i < count; i++) await new Promise<void>((resolve) => atEndOfTurn(resolve));
}

function atEndOfTurn(callback: () => void): void {
  if (typeof setImmediate === "function") setImmediate(callback);
  else setTimeout(callback, 0);
}

function go(): void {
  if (waiting.length === 1) {
    waiting.pop()!();
    return;
  }
  const next = waiting.splice(0, mostAtOnce);
  if (waiting.length > 0) atEndOfTurn(go);
  for (const resolve of next) resolve();
}
