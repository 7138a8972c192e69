import type { PodObject } from "./api-objects.ts";
import { columnCount, writeContribution } from "./columns.ts";
import { type Group, Groups } from "./group.ts";
import type { Grouping } from "./grouping.ts";
import type { ObjectHead } from "./object-head.ts";
import { type Pod, PodReader } from "./pod.ts";
import type { PodUsage } from "./pod-usage.ts";
import type { Shard } from "./shard.ts";

/** What a cluster is told. */
export interface ClusterOptions {
  readonly groupings: readonly Grouping[];
  /** How many groups each grouping may have; pods of others are left out, and how many they are is told. */
  readonly maxGroups: number;
  /** Samples that are older are none. */
  readonly staleSeconds: number;
  /** Which of the pods are ours. Default: all. */
  readonly shard?: Shard | undefined;
}

/** A pod that is in the cluster. */
export interface Member {
  readonly pod: Pod;
  /** What it uses, as far as that is known. */
  readonly usage: PodUsage | undefined;
  /** The last sample that there was, though it may be too old. */
  readonly lastUsage: PodUsage | undefined;
}

interface Entry {
  pod: Pod;
  usage: PodUsage | undefined;
  lastUsage: PodUsage | undefined;
  /** The group of each grouping. */
  groups: readonly Group[];
  /** Which watch it comes from, and the number of the list that had it last. */
  readonly scope: number;
  list: number;
}

/** A pod of a list that is not complete yet. */
interface Staged {
  readonly pod: Pod;
  /** The values of each grouping's labels. */
  readonly values: readonly (readonly string[])[];
  readonly scope: number;
  readonly list: number;
}

/** The pods as the API server has told of them, and their sums by group, which are kept with each change. */
export class Cluster {
  readonly reader: PodReader = new PodReader();
  readonly groupings: readonly Grouping[];
  /** The labels of all groupings. */
  readonly labelNames: readonly string[];
  readonly #groups: readonly Groups[];
  readonly #shard: Shard | undefined;
  readonly #staleMilliseconds: number;
  readonly #entries = new Map<string, Entry>();
  /** By scope, of those that have been listed before. */
  readonly #staged = new Map<number, Map<string, Staged>>();
  readonly #contribution = new Float64Array(columnCount);

  constructor({ groupings, maxGroups, staleSeconds, shard }: ClusterOptions) {
    this.#staleMilliseconds = staleSeconds * 1000;
    this.groupings = groupings;
    this.labelNames = [...new Set(groupings.flatMap(({ labelNames }) => labelNames))];
    this.#groups = groupings.map(({ labelNames }) => new Groups(maxGroups, labelNames, this.labelNames));
    this.#shard = shard;
  }

  /** How many pods there are. */
  get size(): number {
    return this.#entries.size;
  }

  /** How many pods are in no group for want of room, for each grouping that they lack. */
  get ungrouped(): number {
    return this.#groups.reduce((pods, { waitingPods }) => pods + waitingPods, 0);
  }

  /** The groups of a grouping, by its place. */
  groupsOf(grouping: number): Group[] {
    return this.#groups[grouping]!.list();
  }

  /** Whether a pod is of another shard, and its name is not that of one of ours. */
  ignores({ namespace, name, uid }: ObjectHead): boolean {
    if (this.#shard === undefined || uid === undefined || this.#shard.has(uid)) return false;
    return !this.#entries.has(keyOf(namespace, name));
  }

  /** Takes a pod as it is now. `scope` is the watch that told of it, `list` the number of that watch's last list. */
  set(object: PodObject, scope: number, list: number): void {
    this.#take(object, scope, list, undefined);
  }

  /**
   * The same of a pod of a list that is not complete yet. One that was not known counts from {@link Cluster.completeList} on: until
   * then those that are gone count, and both at once there never were.
   */
  stage(object: PodObject, scope: number, list: number): void {
    this.#take(object, scope, list, this.#staged.get(scope));
  }

  #take(object: PodObject, scope: number, list: number, staged: Map<string, Staged> | undefined): void {
    const pod = this.reader.read(object);
    if (pod === undefined) return;
    const key = keyOf(pod.namespace, pod.name);
    let entry = this.#entries.get(key);
    const isOurs = this.#shard?.has(pod.uid) ?? true;
    // Another pod has taken the name: what the former one used is not its own.
    if (entry !== undefined && (entry.pod.uid !== pod.uid || !isOurs)) {
      this.#delete(key, entry);
      entry = undefined;
    }
    if (!isOurs) return;
    // Whatever can fail at an object that is not as it should be has to before anything is changed.
    const values = this.groupings.map((grouping) => grouping.valuesOf(object));
    const taken = { pod, values, scope, list };
    if (entry === undefined && staged !== undefined) staged.set(key, taken);
    else this.#put(key, entry, taken);
  }

  #put(key: string, known: Entry | undefined, { pod, values, scope, list }: Staged): void {
    const entry = known ?? { pod, usage: undefined, lastUsage: undefined, groups: [], scope, list };
    if (known === undefined) this.#entries.set(key, entry);
    else this.#count(entry, -1);
    entry.pod = pod;
    entry.list = list;
    this.#regroup(entry, values);
    this.#count(entry, 1);
  }

  /** Takes a pod out, unless another has taken its name. */
  delete({ metadata }: PodObject): void {
    const key = keyOf(metadata?.namespace ?? "", metadata?.name ?? "");
    const entry = this.#entries.get(key);
    if (entry !== undefined && entry.pod.uid === metadata?.uid) this.#delete(key, entry);
  }

  /** A watch's list with this number is complete: takes out what it did not have, and takes what is new in it. */
  completeList(scope: number, list: number): void {
    for (const [key, entry] of this.#entries) {
      if (entry.scope === scope && entry.list !== list) this.#delete(key, entry);
    }
    for (const [key, staged] of this.#staged.get(scope) ?? []) {
      if (staged.list === list) this.#put(key, undefined, staged);
    }
    this.#staged.set(scope, new Map());
  }

  /** The pod of that name, if there is one. */
  find(namespace: string, name: string): Member | undefined {
    return this.#entries.get(keyOf(namespace, name));
  }

  /** All pods. */
  members(): IterableIterator<Member> {
    return this.#entries.values();
  }

  /** What a pod uses from now on; undefined where that is not known. A pod that is gone is passed over. */
  setUsage(member: Member, usage: PodUsage | undefined): void {
    const entry = this.#entryOf(member);
    if (entry === undefined) return;
    // A source that stands still brings the same sample again and again, which must not look new.
    if (usage !== undefined) entry.lastUsage = usage;
    this.#count(entry, -1);
    entry.usage = usage !== undefined && this.#isStale(usage) ? undefined : usage;
    this.#count(entry, 1);
  }

  /** Forgets samples that have become too old. */
  dropStale(): void {
    for (const entry of this.#entries.values()) {
      if (entry.usage !== undefined && this.#isStale(entry.usage)) this.setUsage(entry, undefined);
    }
  }

  #isStale({ takenAt }: PodUsage): boolean {
    return performance.now() - takenAt > this.#staleMilliseconds;
  }

  /** Adds CPU time that a pod has used to its groups. */
  addCpuSeconds(member: Member, seconds: number): void {
    for (const group of this.#entryOf(member)?.groups ?? []) {
      group.cpuSeconds = (group.cpuSeconds ?? 0) + seconds;
    }
  }

  #entryOf(member: Member): Entry | undefined {
    const entry = this.#entries.get(keyOf(member.pod.namespace, member.pod.name));
    return entry === member ? entry : undefined;
  }

  #regroup(entry: Entry, values: readonly (readonly string[])[]): void {
    const before = entry.groups;
    // Enters before it leaves, so that a group of one keeps what it has counted.
    entry.groups = this.#groups.map((groups, i) => groups.enter(values[i]!));
    this.#leave(before);
  }

  #leave(groups: Entry["groups"]): void {
    for (const [i, group] of groups.entries()) this.#groups[i]!.leave(group);
  }

  #delete(key: string, entry: Entry): void {
    this.#count(entry, -1);
    this.#leave(entry.groups);
    this.#entries.delete(key);
  }

  // A contribution depends on nothing but what the entry holds, so that it is taken off again as it was added.
  #count({ pod, usage, groups }: Entry, sign: 1 | -1): void {
    writeContribution(pod, usage, this.#contribution);
    for (const group of groups) group.sums.add(this.#contribution, sign);
  }
}

function keyOf(namespace: string, name: string): string {
  return `${namespace}/${name}`;
}
