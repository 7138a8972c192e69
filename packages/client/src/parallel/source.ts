import type { Exemplar, NativeHistogram } from "../family.ts";
import { MetricsError } from "../metrics-error.ts";
import type { FamilyDescription } from "./family-description.ts";
import type { MergedFamily } from "./merged-family.ts";
import type { Report } from "./report.ts";
import { Share, type Shareholder } from "./share.ts";
import { SummedFamily } from "./summed-family.ts";

/** How much one process may tell. */
export interface SourceLimits {
  /** Series, in all families together. */
  readonly maxSeries: number;
  readonly maxFamilies: number;
  /** Numbers that are kept of it, in all series together. */
  readonly maxNumbers: number;
}

/** One process's share of a family, and the merged family that it is in. */
export interface Membership {
  readonly share: Share;
  /** Undefined while another family has the name: the series then wait. */
  merged: MergedFamily | undefined;
  readonly waiting: Map<number, { readonly labelValues: readonly string[]; readonly createdSeconds: number }>;
}

/** Finds the merged family for what a process tells. */
export interface Families {
  admit(membership: Membership): void;
  /** To be called when a share has left its merged family, or what waited is no more. */
  withdrawn(membership: Membership): void;
}

/** One process, or one thread: it tells of its metrics, and they are merged with those of the others. */
export class Source implements Report, Shareholder {
  readonly worker: string;
  readonly order: number;
  readonly #families: Families;
  readonly #limits: SourceLimits;
  readonly #memberships = new Map<number, Membership>();
  /** The membership that was asked for last. */
  #latest: { readonly family: number; readonly membership: Membership } | undefined;
  #series = 0;
  #numbers = 0;
  /** What the same process told when it was connected before, the latest first, by name of the family. */
  readonly #earlier = new Map<string, EarlierShare[]>();

  constructor(worker: string, order: number, families: Families, limits: SourceLimits) {
    this.worker = worker;
    this.order = order;
    this.#families = families;
    this.#limits = limits;
  }

  get memberships(): Iterable<Membership> {
    return this.#memberships.values();
  }

  /** Takes what `earlier`, which has left, told as told by this one, which is the same process, connected anew. */
  resume(earlier: Source): void {
    for (const [name, shares] of earlier.#earlier) this.#earlier.set(name, shares.slice(0, mostResumed));
    for (const { share, merged } of earlier.#memberships.values()) {
      if (!(merged instanceof SummedFamily)) continue;
      const { name } = share.description;
      this.#earlier.set(name, [new EarlierShare(share, merged), ...(this.#earlier.get(name) ?? [])]);
    }
  }

  /** Has it that what was told when the process was connected before has all been told again. */
  resumed(): void {
    this.#earlier.clear();
  }

  /** Throws a `MetricsError` if no metric could be declared so. */
  family(family: number, description: FamilyDescription): void {
    if (this.#memberships.has(family)) this.removeFamily(family);
    if (this.#memberships.size >= this.#limits.maxFamilies) throw this.#limitError("maxFamilies");
    const reserve = (numbers: number): void => {
      this.#numbers += numbers;
      if (this.#numbers > this.#limits.maxNumbers) throw this.#limitError("maxNumbers");
    };
    const membership = { share: new Share(this, description, reserve), merged: undefined, waiting: new Map() };
    this.#memberships.set(family, membership);
    this.#families.admit(membership);
  }

  removeFamily(family: number): void {
    const membership = this.#membershipOf(family);
    this.#memberships.delete(family);
    this.#latest = undefined;
    const { share, waiting } = membership;
    this.#numbers -= share.capacity * share.width;
    this.#series -= waiting.size;
    for (let slot = 0; slot < share.capacity; slot++) if (share.targetOf(slot) >= 0) this.#series--;
    this.#leave(membership, true);
  }

  series(family: number, slot: number, labelValues: readonly string[], createdSeconds: number): void {
    const membership = this.#membershipOf(family);
    const { share, merged, waiting } = membership;
    if (labelValues.length !== share.description.labelNames.length) {
      throw new MetricsError("invalid_labels", `${share.description.name}: a series has too many labels or too few.`);
    }
    if (has(membership, slot)) this.removeSeries(family, slot);
    if (++this.#series > this.#limits.maxSeries || slot >= this.#limits.maxSeries) throw this.#limitError("maxSeries");
    if (merged === undefined) {
      share.begin(slot, -1);
      waiting.set(slot, { labelValues, createdSeconds });
      return;
    }
    merged.begin(share, slot, labelValues, createdSeconds);
    this.#earlier.get(share.description.name)?.some((earlier) => earlier.resume(share, slot, merged));
  }

  removeSeries(family: number, slot: number): void {
    const { share, merged, waiting } = this.#withSeries(family, slot);
    if (merged === undefined) waiting.delete(slot);
    else merged.end(share, slot);
    this.#series--;
  }

  row(family: number, slot: number, values: Float64Array, offset: number, native: NativeHistogram | undefined): void {
    const { share, merged } = this.#withSeries(family, slot);
    if (merged !== undefined) {
      merged.write(share, slot, values, offset, native);
      return;
    }
    share.rows.set(values.subarray(offset, offset + share.width), slot * share.width);
    share.natives[slot] = native;
  }

  exemplar(family: number, slot: number, sample: number, exemplar: Exemplar): void {
    const { share, merged } = this.#withSeries(family, slot);
    if (sample < share.width) merged?.offerExemplar(share, slot, sample, exemplar);
  }

  /** The process has ended. What it counted stays. */
  leave(): void {
    for (const membership of this.#memberships.values()) this.#leave(membership, false);
  }

  #leave(membership: Membership, removed: boolean): void {
    const { share, merged, waiting } = membership;
    waiting.clear();
    merged?.leave(share, removed);
    this.#families.withdrawn(membership);
  }

  #membershipOf(family: number): Membership {
    // Rows of one family follow one another.
    if (this.#latest?.family === family) return this.#latest.membership;
    const membership = this.#memberships.get(family);
    if (membership === undefined) throw new Error(`family ${family} was not described`);
    this.#latest = { family, membership };
    return membership;
  }

  #withSeries(family: number, slot: number): Membership {
    const membership = this.#membershipOf(family);
    if (!has(membership, slot)) {
      throw new Error(`${membership.share.description.name}: slot ${slot} has no series`);
    }
    return membership;
  }

  #limitError(limit: keyof SourceLimits): MetricsError {
    return new MetricsError(
      "invalid_limit",
      `Worker ${this.worker} has more than ${limit} ${this.#limits[limit]} allows.`,
    );
  }
}

/** How many connections in a row may break before all was told again. */
const mostResumed = 8;

function has({ share, merged, waiting }: Membership, slot: number): boolean {
  return merged === undefined ? waiting.has(slot) : share.targetOf(slot) >= 0;
}

/** The share that a process had when it was connected before, by the slots of the merged family. */
class EarlierShare {
  readonly #share: Share;
  readonly #merged: SummedFamily;
  /** The slot of the share for each of the merged family; -1 where the share has no such series. */
  readonly #slots: Int32Array;

  constructor(share: Share, merged: SummedFamily) {
    this.#share = share;
    this.#merged = merged;
    this.#slots = new Int32Array(merged.table.end).fill(-1);
    for (let slot = 0; slot < share.capacity; slot++) {
      const target = share.targetOf(slot);
      if (target >= 0) this.#slots[target] = slot;
    }
  }

  /** Takes what was told of the series that is now in `slot` as told. Returns false where nothing was. */
  resume(share: Share, slot: number, merged: MergedFamily): boolean {
    const target = share.targetOf(slot);
    const earlier = this.#slots[target] ?? -1;
    if (merged !== this.#merged || earlier < 0 || !merged.wasThere(this.#share, target)) return false;
    this.#merged.resume(share, slot, this.#share, earlier);
    return true;
  }
}
