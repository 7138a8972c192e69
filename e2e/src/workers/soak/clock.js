// The clock that the soak runs by: the machine's, which it can set forward, so that what takes minutes happens, and stop, so
// that nothing happens between two looks.
const started = performance.now();
const startedAt = Date.now();
const machine = performance.now.bind(performance);
let ahead = 0;
let stoppedAt;

performance.now = () => stoppedAt ?? machine() + ahead;
Date.now = () => Math.floor(startedAt + performance.now() - started);

/** Seconds that really went by since the start. */
export function elapsedSeconds() {
  return (machine() - started) / 1000;
}

export function setForward(seconds) {
  ahead += seconds * 1000;
}

/** Stops the clock while `work` is done. */
export async function whileStopped(work) {
  stoppedAt = performance.now();
  try {
    return await work();
  } finally {
    stoppedAt = undefined;
  }
}
