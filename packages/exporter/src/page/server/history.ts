import type { Family } from "@exporterkit/client";
import { type Budget, FamilyHistory } from "./family-history.ts";

/** What bounds a history. */
export interface HistoryLimits {
  /** How old a sample may get. */
  readonly seconds: number;
  /** How many bytes of numbers are kept: with more the oldest samples go sooner. */
  readonly bytes: number;
  /** How many series are kept. */
  readonly series: number;
}

/** How many characters of label values are kept. */
const mostCharacters = 8_000_000;
/** How many families are kept. */
const mostFamilies = 10_000;
/** How many numbers are taken down before the event loop gets a turn. */
const mostAtOnce = 10_000;

/** The latest samples of every family, each a number: the first is 1. */
export class History {
  readonly limits: HistoryLimits;
  /** When the samples were taken, in seconds since the Unix epoch, the oldest first. */
  readonly times: number[] = [];
  readonly families: Map<string, FamilyHistory> = new Map();
  /** The number of the oldest sample that is kept. */
  first = 1;
  /** Goes up when a family comes or goes, or has its first series or no more. */
  version = 1;
  /** How many series of the latest sample are not kept. */
  dropped = 0;
  readonly #budget: Budget;
  #bytes = 0;

  constructor(limits: HistoryLimits) {
    this.limits = limits;
    this.#budget = { series: limits.series, characters: mostCharacters };
  }

  /** The number of the latest sample; one less than `first` where there is none. */
  get last(): number {
    return this.first + this.times.length - 1;
  }

  /** How many bytes of numbers are kept. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Adds a sample of what was collected; of nothing at all to have a gap. One at a time. */
  async record(families: readonly Family[], seconds: number): Promise<void> {
    const sample = this.last + 1;
    const length = this.times.length;
    let dropped = 0;
    let atOnce = 0;
    for (const family of families) {
      const kept = this.#familyFor(family);
      if (kept === undefined || kept.rows.length > length) {
        dropped += family.series.end;
        continue;
      }
      const wasEmpty = kept.size === 0;
      const bytesBefore = kept.bytes;
      dropped += kept.record(family, sample, this.#budget);
      this.#bytes += kept.bytes - bytesBefore;
      if (wasEmpty && kept.size > 0) this.version++;
      const row = kept.rows.at(-1)!;
      atOnce += row.length + family.series.end;
      if (atOnce < mostAtOnce) continue;
      atOnce = 0;
      await new Promise(setImmediate);
    }
    for (const { rows } of this.families.values()) if (rows.length === length) rows.push(undefined);
    this.times.push(seconds);
    this.dropped = dropped;
    this.#forget(seconds - this.limits.seconds);
  }

  /** The row of a family at a sample. */
  row(family: FamilyHistory, sample: number): Float64Array | undefined {
    return family.rows[sample - this.first];
  }

  /** When a sample was taken. */
  time(sample: number): number {
    return this.times[sample - this.first] ?? Number.NaN;
  }

  /** Forgets everything. */
  clear(): void {
    this.#forget(Infinity);
  }

  #familyFor(family: Family): FamilyHistory | undefined {
    const before = this.families.get(family.name);
    if (before?.continuedBy(family)) return before;
    if (before === undefined && this.families.size >= mostFamilies) return undefined;
    if (before !== undefined) this.#remove(before);
    const kept = new FamilyHistory(family, this.times.length);
    this.families.set(kept.name, kept);
    this.version++;
    return kept;
  }

  #remove(family: FamilyHistory): void {
    family.release(Infinity, this.#budget);
    this.#bytes -= family.bytes;
    this.families.delete(family.name);
    this.version++;
  }

  /** Forgets samples from before a time, and those for which there is no room. */
  #forget(before: number): void {
    const firstBefore = this.first;
    while (this.times.length > 0 && (this.times[0]! < before || this.#bytes > this.limits.bytes)) {
      this.times.shift();
      this.first++;
      for (const family of this.families.values()) this.#bytes -= family.shift();
    }
    if (this.first === firstBefore) return;
    for (const family of this.families.values()) {
      if (family.rows.every((row) => row === undefined)) this.#remove(family);
      else if (family.size > 0) {
        family.release(this.first, this.#budget);
        if (family.size === 0) this.version++;
      }
    }
  }
}
