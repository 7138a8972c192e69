import { addGrowth, type Counts, countNames, noCounts, type ReadCounts } from "./counts.ts";
import { LastingMap } from "./lasting-map.ts";
import type { Sample, State } from "./sample.ts";

/** The threads of a group that bear one name. */
export class ThreadGroup {
  readonly name: string;
  /** What all of them have done, those that have ended, too. */
  readonly totals: Counts = noCounts();
  /** How many there are. */
  count = 0;

  constructor(name: string) {
    this.name = name;
  }
}

// A program can call its threads what it likes, and each name is ten series.
const mostThreadNames = 1000;

/** Processes that are measured as one. The totals stay when processes end; the rest is of the latest update. */
export class Group {
  readonly name: string;
  /** What all its processes have done since they are watched, those that have ended, too. */
  readonly totals: Counts = noCounts();
  processes = 0;
  threadCount = 0;
  openFiles = 0;
  worstFilesRatio = 0;
  /** In seconds since 1970; undefined if it has no process. */
  oldestStart: number | undefined;
  readonly memory: Map<string, number> = new Map();
  readonly states: Map<State, number> = new Map();
  readonly wchans: Map<string, number> = new Map();
  readonly #threads = new LastingMap(mostThreadNames, (name) => new ThreadGroup(name));
  #update = 0;

  constructor(name: string) {
    this.name = name;
  }

  /** The threads by name, of processes that have more than one. */
  get threads(): Iterable<ThreadGroup> {
    return this.#threads.values();
  }

  /** Forgets what is true of one update only. */
  begin(update: number): void {
    this.#update = update;
    this.processes = 0;
    this.threadCount = 0;
    this.openFiles = 0;
    this.worstFilesRatio = 0;
    this.oldestStart = undefined;
    for (const map of [this.memory, this.states, this.wchans]) map.clear();
    for (const thread of this.#threads.values()) thread.count = 0;
  }

  /** Counts a process in, by what it is at the moment. */
  add(sample: Sample, startSeconds: number): void {
    this.processes++;
    this.threadCount += sample.threadCount;
    this.openFiles += sample.openFiles ?? 0;
    if (sample.mostFiles) {
      this.worstFilesRatio = Math.max(this.worstFilesRatio, (sample.openFiles ?? 0) / sample.mostFiles);
    }
    this.oldestStart = Math.min(this.oldestStart ?? Infinity, startSeconds);
    for (const [kind, bytes] of sample.memory) increase(this.memory, kind, bytes);
    for (const { state, wchan } of sample.threads) {
      increase(this.states, state, 1);
      if (wchan !== "") increase(this.wchans, wchan, 1);
    }
  }

  /** Counts in what a process has done. Switches between threads are those of its threads. */
  addGrowth(before: ReadCounts, now: ReadCounts): void {
    const unknown = { voluntarySwitches: undefined, involuntarySwitches: undefined };
    addGrowth(this.totals, before, { ...now, ...unknown });
  }

  /** Counts in what a thread has done: towards the switches of the group, and with `name` towards the threads of that name. */
  addThread(name: string | undefined, growth: Counts): void {
    this.totals.voluntarySwitches += growth.voluntarySwitches;
    this.totals.involuntarySwitches += growth.involuntarySwitches;
    const threads = name === undefined ? undefined : this.#threads.take(name, this.#update);
    if (threads === undefined) return;
    threads.count++;
    for (const count of countNames) threads.totals[count] += growth[count];
  }
}

function increase<Key>(map: Map<Key, number>, key: Key, amount: number): void {
  map.set(key, (map.get(key) ?? 0) + amount);
}
