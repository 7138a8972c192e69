/** What frames say. The first go from a worker to the process that collects, those from 64 on the other way. */
export const messages = {
  /** Version of the protocol, token, a name that no other process has, and the worker's name or nothing. */
  hello: 1,
  family: 2,
  removeFamily: 3,
  series: 4,
  removeSeries: 5,
  rows: 6,
  exemplars: 7,
  /** All was told: the number of the request that is answered, or 0, and a number that `received` repeats. */
  done: 8,
  /** The worker ends, and will not come back. */
  leave: 9,
  /** Asks for what has changed: the number of the request. */
  ask: 64,
  /** What came before the `done` of that number is merged. */
  received: 65,
  /** The worker is refused: why. */
  refuse: 66,
} as const;

/** Goes up with each change of the protocol: both sides must have the same. */
export const protocolVersion = 1;
