import type { Logger } from "../../logger.ts";
import { latest, noCounts, type ReadCounts, addGrowth } from "./counts.ts";
import { Group } from "./group.ts";
import { readIdentity } from "./read-identity.ts";
import { LastingMap } from "./lasting-map.ts";
import type { Matcher } from "./matcher.ts";
import { isGone, type ProcFiles } from "./proc-files.ts";
import { readSample, type Sample } from "./sample.ts";
import { parseStat, type Stat, ticksPerSecond } from "./stat.ts";
import { Turns } from "./turns.ts";
import type { UserNames } from "./user-names.ts";

/** How a tracker goes about it. */
export interface TrackerOptions {
  readonly matcher: Matcher;
  /** Whether what belongs to no group belongs to that of its nearest ancestor that is in one. */
  readonly children: boolean;
  /** Whether processes that change their name or command line change their group. */
  readonly recheck: boolean;
  readonly threads: boolean;
  readonly smaps: boolean;
  readonly maxGroups: number;
  readonly files: ProcFiles;
  readonly users: UserNames;
  readonly logger: Logger;
}

/** What is kept of a process from one update to the next. */
interface Tracked {
  readonly pid: number;
  stat: Stat;
  /** The name of the group that it matches itself. */
  ownGroup: string | undefined;
  /** What {@link ownGroup} was found by. */
  recognised: string;
  /** The name of the group that it is in. */
  group: string | undefined;
  /** Whether it is settled in which group it is. */
  isSettled: boolean;
  counts: ReadCounts | undefined;
  threads: Map<number, { readonly startTicks: number; readonly counts: ReadCounts }>;
  /** The number of the first update that has seen it, and of the latest. */
  readonly since: number;
  update: number;
}

const zero: ReadCounts = noCounts();

/** Finds the processes of each group, and counts what they do. */
export class Tracker {
  readonly #options: TrackerOptions;
  readonly #processes = new Map<number, Tracked>();
  readonly #groups: LastingMap<Group>;
  /** Processes of which something may not be read, once for each update. */
  partialErrors = 0;
  /** Processes that could not be read though they were there, once for each update. */
  readErrors = 0;
  #update = 0;
  #bootSeconds = NaN;
  /** When the first update began, in ticks since the system started. */
  #firstUpdateTicks = Infinity;
  #isFullTold = false;

  constructor(options: TrackerOptions) {
    this.#options = options;
    this.#groups = new LastingMap(options.maxGroups, (name) => new Group(name));
  }

  /** Every group that there has been. */
  get groups(): Iterable<Group> {
    return this.#groups.values();
  }

  /** How many processes something is kept of. */
  get size(): number {
    return this.#processes.size;
  }

  /** Looks at all processes. Rejects if they cannot be listed, or once `signal` aborts. */
  async update(signal?: AbortSignal): Promise<void> {
    const turns = new Turns(signal);
    const pids = this.#options.files.pids();
    this.#readTimes();
    this.#update++;
    for (const group of this.#groups.values()) group.begin(this.#update);
    const unsettled: Tracked[] = [];
    for (const pid of pids) {
      if (turns.isDue) await turns.take();
      await this.#guard(pid, turns, async () => {
        const tracked = this.#look(pid);
        if (tracked.isSettled) await this.#measure(tracked, turns);
        else unsettled.push(tracked);
      });
    }
    for (const tracked of unsettled) this.#settle(tracked);
    for (const tracked of unsettled) {
      if (turns.isDue) await turns.take();
      await this.#guard(tracked.pid, turns, () => this.#measure(tracked, turns));
    }
    for (const [pid, { update }] of this.#processes) if (update < this.#update) this.#processes.delete(pid);
  }

  /** Does what may fail for one process. */
  async #guard(pid: number, turns: Turns, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      turns.throwIfOver();
      if (isGone(error)) return;
      this.readErrors++;
      this.#options.logger.debug({ pid, err: error }, "a process could not be read");
    }
  }

  #look(pid: number): Tracked {
    const { files, recheck } = this.#options;
    const stat = parseStat(files.text(`${pid}/stat`));
    if (stat === undefined) throw new Error(`/proc/${pid}/stat is not whole`);
    const known = this.#processes.get(pid);
    if (known?.stat.startTicks === stat.startTicks) {
      known.update = this.#update;
      known.stat = stat;
      if (recheck) this.#recognise(known);
      return known;
    }
    const tracked: Tracked = {
      pid,
      stat,
      ownGroup: undefined,
      recognised: "",
      group: undefined,
      isSettled: false,
      counts: undefined,
      threads: new Map(),
      since: this.#update,
      update: this.#update,
    };
    this.#recognise(tracked);
    this.#processes.set(pid, tracked);
    return tracked;
  }

  /** Finds the group that a process matches itself, unless nothing that tells has changed. */
  #recognise(tracked: Tracked): void {
    const { files, users, matcher } = this.#options;
    const startSeconds = this.#startSeconds(tracked.stat);
    const identity = readIdentity({ files, users, pid: tracked.pid, comm: tracked.stat.comm, startSeconds });
    // The time when the system started, from which the process's is reckoned, is not steady.
    const recognised = this.#options.recheck ? JSON.stringify({ ...identity, startSeconds: 0 }) : "";
    if (recognised !== "" && recognised === tracked.recognised) {
      // An ancestor may have come into a group.
      if (tracked.group === undefined) tracked.isSettled = false;
      return;
    }
    tracked.recognised = recognised;
    tracked.ownGroup = matcher(identity);
    tracked.group = tracked.ownGroup;
    tracked.isSettled = tracked.ownGroup !== undefined;
  }

  /** Puts a process that matches nothing into the group of its nearest ancestor that is in one. */
  #settle(tracked: Tracked): void {
    const line = new Set([tracked]);
    let group: string | undefined;
    for (let at = tracked; this.#options.children;) {
      const parent = this.#processes.get(at.stat.parentPid);
      // What has this number now, and began later, is not the parent; nor is one that has ended.
      if (parent === undefined || parent.update < this.#update || line.has(parent)) break;
      if (parent.isSettled) {
        group = parent.group;
        break;
      }
      line.add(parent);
      at = parent;
    }
    for (const each of line) {
      each.group = group;
      each.isSettled = true;
    }
  }

  /** Counts a process in its group. */
  async #measure(tracked: Tracked, turns: Turns): Promise<void> {
    if (tracked.group === undefined) return;
    const group = this.#groups.take(tracked.group, this.#update);
    if (group === undefined) {
      this.#tellFull();
      return;
    }
    const { files, smaps, threads } = this.#options;
    const sample = await readSample(files, tracked.pid, tracked.stat, { smaps, threadBytes: threads, turns });
    if (sample.isPartial) this.partialErrors++;
    group.add(sample, this.#startSeconds(tracked.stat));
    this.#count(tracked, sample, group);
  }

  #count(tracked: Tracked, sample: Sample, group: Group): void {
    // All that a process has done counts if it began when others were watched already; else what it does from now on.
    // Containers of LXC are told how long they run themselves, but of their processes when they started by the host's clock.
    const isNew = tracked.since > 1 && tracked.stat.startTicks > this.#firstUpdateTicks;
    const before = tracked.counts ?? (isNew ? zero : sample.counts);
    group.addGrowth(before, sample.counts);
    const isMultithreaded = sample.threads.length > 1;
    const kept: Tracked["threads"] = new Map();
    for (const { id, name, startTicks, counts } of sample.threads) {
      const known = tracked.threads.get(id);
      const then =
        known?.startTicks === startTicks ? known.counts : tracked.counts !== undefined || isNew ? zero : counts;
      const growth = noCounts();
      addGrowth(growth, then, counts);
      group.addThread(this.#options.threads && isMultithreaded ? name : undefined, growth);
      kept.set(id, { startTicks, counts: latest(then, counts) });
    }
    tracked.counts = latest(before, sample.counts);
    tracked.threads = kept;
  }

  #tellFull(): void {
    if (this.#isFullTold) return;
    this.#isFullTold = true;
    const { logger, maxGroups } = this.#options;
    logger.warn({ max_groups: maxGroups }, "there are too many groups of processes; make their names less particular");
  }

  #startSeconds({ startTicks }: Stat): number {
    return this.#bootSeconds + startTicks / ticksPerSecond;
  }

  #readTimes(): void {
    const { files } = this.#options;
    // With its list of interrupts it may be long; the time when the system started stands behind that.
    const boot = /^btime (\d+)$/m.exec(files.text("stat", 16_777_216))?.[1];
    if (boot === undefined) throw new Error("/proc/stat has no btime");
    if (Number.isNaN(this.#bootSeconds)) this.#bootSeconds = Number(boot);
    if (this.#firstUpdateTicks !== Infinity) return;
    const uptime = Number.parseFloat(files.text("uptime"));
    if (uptime >= 0) this.#firstUpdateTicks = uptime * ticksPerSecond;
  }
}
