import { workerLabel } from "../aggregation.ts";
import type { Exemplar, Family, NativeHistogram } from "../family.ts";
import type { RegistrableMetric } from "../registrable-metric.ts";
import { SeriesTable } from "../series/series-table.ts";
import type { FamilyDescription } from "./family-description.ts";
import type { Share } from "./share.ts";

/** Why nobody has a series any more, and since when in seconds since the Unix epoch. */
interface Orphan {
  /** Whether the last that had it removed it, rather than ended. */
  readonly removed: boolean;
  readonly since: number;
  /** Whether it was settled, and so exposed, once. */
  settled: boolean;
}

/** The series of a merged family, with the lookups that overflowed in the processes. */
class MergedTable extends SeriesTable {
  lookupsOverflowed = 0;

  override get overflowed(): number {
    return this.lookupsOverflowed;
  }
}

/** One family made of those that several processes have under its name. It is the same object from scrape to scrape. */
export abstract class MergedFamily {
  readonly description: FamilyDescription;
  readonly table: MergedTable;
  /** The family as a registry takes it. */
  readonly metric: RegistrableMetric;
  /** What each process has in it. */
  readonly shares: Set<Share> = new Set();
  /** How many processes have the series in a slot. */
  readonly #holders: number[] = [];
  readonly #orphans = new Map<number, Orphan>();
  /** Shares that have left and whose series are still to be given up, and whether they were removed. */
  readonly #leaving: { readonly share: Share; readonly removed: boolean }[] = [];
  /** How many series came before the one in a slot. */
  readonly #births: number[] = [];
  #taken = 0;
  readonly #exemplars: (Exemplar | undefined)[][] = [];
  readonly #labelled: boolean;

  constructor(description: FamilyDescription) {
    const { name, help, type, unit, labelNames, samples, aggregation, native } = description;
    this.description = description;
    this.#labelled = aggregation === "perWorker";
    const names = this.#labelled ? [...labelNames, workerLabel] : labelNames;
    this.table = new MergedTable(name, names, samples.length);
    const { table } = this;
    const width = samples.length;
    const family: Family = {
      name,
      help,
      type,
      unit,
      aggregation,
      samples,
      series: table,
      read: (slot, values) => {
        for (let i = 0; i < width; i++) values[i] = table.values[slot * width + i]!;
      },
      exemplar: (slot, sample) => this.#exemplars[slot]?.[sample],
      native: native ? (slot) => this.native(slot) : undefined,
    };
    this.metric = { name, family, reset: () => {} };
  }

  /** Takes the numbers of a share's series in, which were told before and may be told again. */
  abstract write(
    share: Share,
    slot: number,
    values: Float64Array,
    offset: number,
    native: NativeHistogram | undefined,
  ): void;

  /** Whether a series stays when the processes that had it have ended. */
  protected abstract readonly keeps: boolean;

  /** A process has a series, all zeros so far. */
  begin(share: Share, slot: number, labelValues: readonly string[], createdSeconds: number): void {
    const { table } = this;
    const values = this.#labelled ? [...labelValues, share.holder.worker] : labelValues;
    const found = table.find(values);
    const target = found ?? table.slotOfValues(values);
    if (found === undefined) {
      this.#births[target] = this.#taken++;
      this.#holders[target] = 0;
      table.created[target] = createdSeconds;
    } else if (!(createdSeconds >= table.created[target]!)) {
      table.created[target] = Math.min(createdSeconds, table.created[target]!);
      table.dirty[target] = 255;
    }
    this.#orphans.delete(target);
    this.#holders[target]!++;
    share.begin(slot, target);
    this.joined(share, slot, target);
  }

  /** A process has removed a series. */
  end(share: Share, slot: number): void {
    this.#release(share, slot, true);
    share.end(slot);
  }

  /** A process no longer has the family: it has removed it, or it has ended. */
  leave(share: Share, removed: boolean): void {
    share.leftAt = this.#taken;
    this.shares.delete(share);
    // It may have a million series, and several may leave at once.
    this.#leaving.push({ share, removed });
  }

  /** Keeps the exemplar if it is the latest. */
  offerExemplar(share: Share, slot: number, sample: number, exemplar: Exemplar): void {
    const exemplars = (this.#exemplars[share.targetOf(slot)] ??= []);
    const present = exemplars[sample];
    if (present !== undefined && present.timestampSeconds > exemplar.timestampSeconds) return;
    exemplars[sample] = exemplar;
    this.table.dirty[share.targetOf(slot)] = 255;
  }

  /**
   * Makes the series what they are to be exposed as; yields now and then. Removes those that nobody has, unless they are
   * kept: then after `forgetSeconds`, and one that only a process that ended had after it was exposed once more.
   */
  *settle(nowSeconds: number, forgetSeconds: number): Generator<void> {
    for (const { share, removed } of this.#leaving.splice(0)) {
      for (let slot = 0; slot < share.capacity; slot++) {
        if (share.targetOf(slot) >= 0) this.#release(share, slot, removed);
        yield;
      }
    }
    for (const [slot, orphan] of this.#orphans) {
      const isOver =
        !this.keeps ||
        orphan.removed ||
        (this.#labelled && orphan.settled) ||
        nowSeconds - orphan.since > forgetSeconds;
      if (isOver) this.#remove(slot);
      orphan.settled = true;
      yield;
    }
  }

  /** Whether the series in a slot of this family was there already when a share left. */
  wasThere(share: Share, target: number): boolean {
    return this.#births[target]! < share.leftAt;
  }

  protected native(_slot: number): NativeHistogram {
    throw new Error(`${this.description.name} has no native histograms`);
  }

  /** Called when a process has a series, in its `slot` and in `target` here. */
  protected joined(_share: Share, _slot: number, _target: number): void {}

  /** Called when a process has a series no more, in `target` here. */
  protected left(_share: Share, _target: number): void {}

  /** Called when a series is removed. */
  protected forget(_slot: number): void {}

  #release(share: Share, slot: number, removed: boolean): void {
    const target = share.targetOf(slot);
    this.left(share, target);
    if (--this.#holders[target]! > 0) return;
    this.#orphans.set(target, { removed, since: Date.now() / 1000, settled: false });
  }

  #remove(slot: number): void {
    this.#orphans.delete(slot);
    this.#exemplars[slot] = [];
    this.forget(slot);
    this.table.removeSlot(slot);
  }
}
