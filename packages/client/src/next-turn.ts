/** How many go on in one turn. */
const mostAtOnce = 4;

const waiting: (() => void)[] = [];

/**
 * Resolves in a later turn of the event loop, in each turn for a few of those that wait, in their order. However many there are,
 * what else there is to do waits for these alone: among it are new connections, of which libuv accepts one a turn.
 */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    waiting.push(resolve);
    if (waiting.length === 1) schedule();
  });
}

function schedule(): void {
  if (typeof setImmediate === "function") setImmediate(go);
  else setTimeout(go, 0);
}

function go(): void {
  if (waiting.length === 1) {
    waiting.pop()!();
    return;
  }
  const next = waiting.splice(0, mostAtOnce);
  if (waiting.length > 0) schedule();
  for (const resolve of next) resolve();
}
