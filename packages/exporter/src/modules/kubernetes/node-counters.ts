import type { ContainerSample } from "./resource-metrics.ts";

/** What a container has used since the last time. */
export interface Used {
  readonly cpuSeconds: number;
  /** Cores over the time between the two samples. */
  readonly cores: number;
}

/** Counters of the containers of a node, as they were read last. */
export class NodeCounters {
  #before = new Map<string, ContainerSample>();
  #after = new Map<string, ContainerSample>();
  #readUntil: number | undefined;

  /**
   * `readUntil` is the newest time of a sample that was read of other nodes before this one had anything to tell: a container that
   * started later is new. Default: none was read.
   */
  constructor(readUntil?: number) {
    this.#readUntil = readUntil;
  }

  /** The newest time of a sample that was read; undefined where there was none. */
  get readUntil(): number | undefined {
    return this.#readUntil;
  }

  /**
   * Takes the sample of a container of the pod with this UID, and returns what it has used since the one before; undefined if
   * there is none before, or it is the same. A container that started meanwhile has used all that it says, as has one that
   * started anew.
   */
  take(uid: string, sample: ContainerSample): Used | undefined {
    const key = `${uid}/${sample.container}`;
    const before = this.#before.get(key);
    this.#after.set(key, sample);
    if (before === undefined) {
      const { started } = sample;
      const isNew = started !== undefined && this.#readUntil !== undefined && started > this.#readUntil;
      return isNew ? since(sample, started, sample.cpuSeconds) : undefined;
    }
    if (sample.timestamp <= before.timestamp) {
      // Nothing has been read since; what comes next counts from what was known.
      this.#after.set(key, before);
      return undefined;
    }
    // One that goes on may tell when it started in one read and not in another, or tell of another time before the last read.
    const isAnew = (sample.started ?? 0) > before.timestamp || sample.cpuSeconds < before.cpuSeconds;
    if (isAnew) return since(sample, Math.max(sample.started ?? 0, before.timestamp), sample.cpuSeconds);
    return since(sample, before.timestamp, sample.cpuSeconds - before.cpuSeconds);
  }

  /** Ends a read, of which `until` is the newest time of a sample: what it had no sample of is forgotten. */
  endRead(until: number): void {
    this.#before = this.#after;
    this.#after = new Map();
    this.#readUntil = Math.max(until, this.#readUntil ?? 0);
  }
}

function since({ timestamp }: ContainerSample, from: number, cpuSeconds: number): Used {
  const seconds = (timestamp - from) / 1000;
  return { cpuSeconds, cores: seconds > 0 ? cpuSeconds / seconds : 0 };
}
