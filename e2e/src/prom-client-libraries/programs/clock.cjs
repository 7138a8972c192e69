// A clock that stands still but where a program says that something takes time, so that durations, and with them sums,
// buckets and quantiles, are the same in every run. To be loaded first.
const { performance } = require("node:perf_hooks");

const start = Date.UTC(2026, 0, 1);
let nanoseconds = 0n;

Date.now = () => start + Number(nanoseconds / 1_000_000n);
performance.now = () => Number(nanoseconds) / 1e6;
process.hrtime = (since = [0, 0]) => {
  const passed = nanoseconds - (BigInt(since[0]) * 1_000_000_000n + BigInt(since[1]));
  return [Number(passed / 1_000_000_000n), Number(passed % 1_000_000_000n)];
};
process.hrtime.bigint = () => nanoseconds;

/** Lets this many milliseconds pass at once. */
exports.takes = (milliseconds) => {
  nanoseconds += BigInt(Math.round(milliseconds * 1e6));
};
