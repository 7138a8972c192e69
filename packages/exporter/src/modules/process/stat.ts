/** What /proc/PID/stat says of a process, and /proc/PID/task/TID/stat of a thread. */
export interface Stat {
  readonly comm: string;
  /** A letter: R, S, D, Z, T, t, X or I. */
  readonly state: string;
  readonly parentPid: number;
  readonly minorFaults: number;
  readonly majorFaults: number;
  readonly userSeconds: number;
  readonly systemSeconds: number;
  readonly threads: number;
  /** When it started, in ticks since the system did: with the number of the process it is unique. */
  readonly startTicks: number;
  readonly virtualBytes: number;
}

/** The ticks of a second in what the kernel tells programs; the same on every architecture that Node.js runs on. */
export const ticksPerSecond = 100;

/** Reads such a file; undefined if it is not whole. */
export function parseStat(text: string): Stat | undefined {
  // The name may have parentheses, spaces and line feeds in it, but nothing behind it has.
  const open = text.indexOf("(");
  const close = text.lastIndexOf(")");
  if (open === -1 || close < open) return undefined;
  const [state = "", ...rest] = text
    .slice(close + 2)
    .trimEnd()
    .split(" ");
  // By their place in proc(5), where the state is the third.
  const at = (place: number): number => {
    const field = rest[place - 4] ?? "";
    return /^\d+$/.test(field) ? Number(field) : NaN;
  };
  const stat = {
    comm: text.slice(open + 1, close),
    state,
    parentPid: at(4),
    minorFaults: at(10),
    majorFaults: at(12),
    userSeconds: at(14) / ticksPerSecond,
    systemSeconds: at(15) / ticksPerSecond,
    threads: at(20),
    startTicks: at(22),
    virtualBytes: at(23),
  };
  return Object.values(stat).some(Number.isNaN) ? undefined : stat;
}
