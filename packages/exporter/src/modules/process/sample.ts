import type { ReadCounts } from "./counts.ts";
import { isGone, type ProcFiles } from "./proc-files.ts";
import { parseStat, type Stat } from "./stat.ts";
import type { Turns } from "./turns.ts";

/** What a process's threads are doing, by the names that process-exporter has. */
export type State = "Running" | "Sleeping" | "Waiting" | "Zombie" | "Other";

/** A thread at one time. */
export interface ThreadSample {
  readonly id: number;
  readonly name: string;
  readonly startTicks: number;
  readonly state: State;
  /** Where in the kernel it waits; empty if it does not. */
  readonly wchan: string;
  readonly counts: ReadCounts;
}

/** A process at one time. What could not be read is undefined. */
export interface Sample {
  readonly counts: ReadCounts;
  /** Bytes by kind. */
  readonly memory: ReadonlyMap<string, number>;
  readonly openFiles: number | undefined;
  /** Undefined, too, where there is no limit. */
  readonly mostFiles: number | undefined;
  readonly threadCount: number;
  /** Those that could be read; one at least. */
  readonly threads: readonly ThreadSample[];
  /** Whether something of it may not be read. */
  readonly isPartial: boolean;
}

/** What is read of a process beyond what it costs little to read. */
export interface SampleOptions {
  readonly smaps: boolean;
  /** Whether the bytes that each thread has read and written are wanted. */
  readonly threadBytes: boolean;
  /** Where the event loop gets its turns: a process may have tens of thousands of threads. */
  readonly turns: Turns;
}

/** Reads a process of which `stat` has been read. Rejects if its status cannot be read, and as `options.turns` does. */
export async function readSample(files: ProcFiles, pid: number, stat: Stat, options: SampleOptions): Promise<Sample> {
  let isPartial = false;
  const attempt = <Value>(read: () => Value): Value | undefined => {
    try {
      return read();
    } catch (error) {
      // A process that ends meanwhile is no error, and a kernel without the file has nothing to tell.
      if (!isGone(error)) isPartial = true;
      return undefined;
    }
  };
  const status = files.text(`${pid}/status`);
  const io = attempt(() => files.text(`${pid}/io`));
  const memory = new Map([
    ["resident", kibibytes(status, "VmRSS") ?? 0],
    ["virtual", stat.virtualBytes],
    ["swapped", kibibytes(status, "VmSwap") ?? 0],
  ]);
  if (options.smaps) {
    // A thread of the kernel has no memory, and reading what it maps fails.
    const rollup = status.includes("\nVmSize:") ? attempt(() => files.text(`${pid}/smaps_rollup`)) : "";
    memory.set("proportionalResident", kibibytes(rollup ?? "", "Pss") ?? 0);
    memory.set("proportionalSwapped", kibibytes(rollup ?? "", "SwapPss") ?? 0);
  }
  const own = (): ThreadSample => ({
    id: pid,
    name: stat.comm,
    startTicks: stat.startTicks,
    state: stateOf(stat.state),
    wchan: attempt(() => readWchan(files, `${pid}/wchan`)) ?? "",
    counts: countsOf(stat, status, io),
  });
  const threadIds = stat.threads > 1 ? attempt(() => files.threads(pid)) : undefined;
  const threads: ThreadSample[] = [];
  for (const id of threadIds ?? []) {
    if (options.turns.isDue) await options.turns.take();
    const thread = readThread(files, pid, id, options);
    if (thread !== undefined) threads.push(thread);
  }
  const limits = attempt(() => files.text(`${pid}/limits`));
  return {
    counts: countsOf(stat, status, io),
    memory,
    openFiles: attempt(() => files.openFiles(pid)),
    mostFiles: numberAfter(limits ?? "", /^Max open files +(\d+)/m),
    threadCount: stat.threads,
    threads: threads.length > 0 ? threads : [own()],
    isPartial,
  };
}

/** Undefined where it has ended. */
function readThread(files: ProcFiles, pid: number, id: number, options: SampleOptions): ThreadSample | undefined {
  const folder = `${pid}/task/${id}`;
  const stat = parseStat(optional(() => files.text(`${folder}/stat`)) ?? "");
  const status = optional(() => files.text(`${folder}/status`));
  if (stat === undefined || status === undefined) return undefined;
  return {
    id,
    name: stat.comm,
    startTicks: stat.startTicks,
    state: stateOf(stat.state),
    wchan: optional(() => readWchan(files, `${folder}/wchan`)) ?? "",
    counts: countsOf(stat, status, options.threadBytes ? optional(() => files.text(`${folder}/io`)) : undefined),
  };
}

/** What a thread keeps to itself is told of its process already. */
function optional<Value>(read: () => Value): Value | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}

function readWchan(files: ProcFiles, path: string): string {
  const wchan = files.text(path, 256).trim();
  return wchan === "0" ? "" : wchan;
}

function countsOf(stat: Stat, status: string, io: string | undefined): ReadCounts {
  return {
    userSeconds: stat.userSeconds,
    systemSeconds: stat.systemSeconds,
    readBytes: numberAfter(io ?? "", /^read_bytes: (\d+)/m),
    writtenBytes: numberAfter(io ?? "", /^write_bytes: (\d+)/m),
    majorFaults: stat.majorFaults,
    minorFaults: stat.minorFaults,
    voluntarySwitches: numberAfter(status, /^voluntary_ctxt_switches:\t(\d+)/m),
    involuntarySwitches: numberAfter(status, /^nonvoluntary_ctxt_switches:\t(\d+)/m),
  };
}

function kibibytes(text: string, field: string): number | undefined {
  const start = text.indexOf(`\n${field}:`);
  if (start === -1) return undefined;
  const amount = Number.parseInt(text.slice(start + field.length + 2), 10);
  return Number.isNaN(amount) ? undefined : amount * 1024;
}

function numberAfter(text: string, pattern: RegExp): number | undefined {
  const digits = pattern.exec(text)?.[1];
  return digits === undefined ? undefined : Number(digits);
}

function stateOf(letter: string): State {
  switch (letter) {
    case "R":
      return "Running";
    case "S":
      return "Sleeping";
    case "D":
      return "Waiting";
    case "Z":
      return "Zombie";
    default:
      return "Other";
  }
}
