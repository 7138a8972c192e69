import { openSync, readSync } from "node:fs";

const statistics = openStatistics();
const buffer = Buffer.alloc(100);

/**
 * Nanoseconds that this process's main thread was ready to run and waited for a core that others had. Always 0 where the
 * system does not tell: other systems than Linux.
 *
 * @see https://docs.kernel.org/scheduler/sched-stats.html#proc-pid-schedstat
 */
export function coreWaits(): number {
  if (statistics === undefined) return 0;
  const [, waited] = buffer.toString("latin1", 0, readSync(statistics, buffer, 0, buffer.length, 0)).split(" ");
  return Number(waited);
}

function openStatistics(): number | undefined {
  try {
    return openSync("/proc/self/schedstat", "r");
  } catch {
    return undefined;
  }
}
