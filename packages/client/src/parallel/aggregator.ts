import { exposedNames } from "../exposed-names.ts";
import { overflowNames } from "../overflow.ts";
import type { RegistrableMetric } from "../registrable-metric.ts";
import { CombinedFamily } from "./combined-family.ts";
import { checkDescription, type FamilyDescription, isSameShape } from "./family-description.ts";
import type { MergedFamily } from "./merged-family.ts";
import { TimeSlice } from "../time-slice.ts";
import { type Families, type Membership, Source, type SourceLimits } from "./source.ts";
import { SummedFamily } from "./summed-family.ts";

/** How an {@link Aggregator} behaves. */
export interface AggregatorOptions {
  /**
   * Seconds after which a series is removed that only processes that have ended had. Default: never, so that what they
   * counted is kept.
   */
  readonly forgetAfterSeconds?: number | undefined;
  /** Told what is left out, once for each name. */
  readonly onError: (error: Error) => void;
}

/**
 * Makes one set of metrics of those that several sources tell. It knows nothing of how the sources are reached: that is the
 * matter of whoever lets them join.
 */
export class Aggregator {
  readonly #options: AggregatorOptions;
  readonly #merged = new Map<string, MergedFamily>();
  /** The merged family behind each name that samples bear in some format. */
  readonly #owners = new Map<string, MergedFamily>();
  /** In the order in which they came. */
  readonly #waiting = new Set<Membership>();
  readonly #reported = new Set<string>();
  readonly #families: Families = {
    admit: (membership) => this.#admit(membership),
    withdrawn: (membership) => this.#withdrawn(membership),
  };
  #joined = 0;

  constructor(options: AggregatorOptions) {
    this.#options = options;
  }

  /** A source joins. `worker` tells it from the others where each has its own series. */
  join(worker: string, limits: SourceLimits): Source {
    return new Source(worker, this.#joined++, this.#families, limits);
  }

  /** Brings the merged families up to date, a few milliseconds at a time, and returns those that have series. */
  async merge(): Promise<readonly RegistrableMetric[]> {
    const slice = new TimeSlice();
    const now = Date.now() / 1000;
    const forgetSeconds = this.#options.forgetAfterSeconds ?? Infinity;
    for (const merged of this.#merged.values()) {
      let steps = 0;
      for (const _ of merged.settle(now, forgetSeconds)) if (++steps % 64 === 0 && slice.isOver()) await slice.next();
      if (merged.shares.size === 0 && merged.table.size === 0) this.#drop(merged);
      if (slice.isOver()) await slice.next();
    }
    this.#tellOverflows();
    const present = [...this.#merged.values()].filter(({ table, description }) => {
      return table.size > 0 && description.name !== overflowNames[0];
    });
    return present.map(({ metric }) => metric);
  }

  /** Each registry has the family of overflows by itself and makes it of what the others tell. */
  #tellOverflows(): void {
    const overflows = this.#merged.get(overflowNames[0]!)?.table;
    if (overflows === undefined) return;
    for (const { description, table } of this.#merged.values()) {
      const slot = overflows.labelNames.length === 1 ? overflows.find([description.name]) : undefined;
      if (slot !== undefined) table.lookupsOverflowed = overflows.values[slot]!;
    }
  }

  #admit(membership: Membership): void {
    const { share } = membership;
    const { description } = share;
    checkDescription(description);
    const names = namesOf(description);
    let merged = this.#merged.get(description.name);
    if (merged === undefined || !isSameShape(merged.description, description)) {
      const owners = new Set(names.map((name) => this.#owners.get(name)).filter((owner) => owner !== undefined));
      if ([...owners].some((owner) => owner.shares.size > 0)) {
        this.#wait(membership);
        return;
      }
      // What only processes that have ended had gives way.
      for (const owner of owners) this.#drop(owner);
      merged = create(description);
      this.#merged.set(description.name, merged);
      for (const name of names) this.#owners.set(name, merged);
    }
    merged.shares.add(share);
    membership.merged = merged;
  }

  #wait(membership: Membership): void {
    const { name } = membership.share.description;
    this.#waiting.add(membership);
    if (this.#reported.has(name) || this.#reported.size > 1000) return;
    this.#reported.add(name);
    this.#options.onError(
      new Error(
        `${name}: worker ${membership.share.holder.worker} declares it otherwise than those before it, or so that its ` +
          "samples would clash with those of another metric; it is left out until none of those is left.",
      ),
    );
  }

  #withdrawn(membership: Membership): void {
    this.#waiting.delete(membership);
    if (membership.merged?.shares.size !== 0) return;
    const all = [...this.#waiting];
    this.#waiting.clear();
    for (const waiting of all) {
      this.#admit(waiting);
      if (waiting.merged !== undefined) bringIn(waiting, waiting.merged);
    }
  }

  #drop(merged: MergedFamily): void {
    this.#merged.delete(merged.description.name);
    this.#reported.delete(merged.description.name);
    for (const name of namesOf(merged.description)) {
      if (this.#owners.get(name) === merged) this.#owners.delete(name);
    }
  }
}

function create(description: FamilyDescription): MergedFamily {
  const { type, aggregation } = description;
  const isCounted = type === "counter" || type === "histogram" || type === "summary";
  return isCounted && aggregation !== "max" ? new SummedFamily(description) : new CombinedFamily(description);
}

/** Takes in the series that waited for their family, with what was told of them meanwhile. */
function bringIn({ share, waiting }: Membership, merged: MergedFamily): void {
  const { rows, natives } = { rows: share.rows.slice(), natives: [...share.natives] };
  for (const [slot, { labelValues, createdSeconds }] of waiting) {
    merged.begin(share, slot, labelValues, createdSeconds);
    merged.write(share, slot, rows, slot * share.width, natives[slot]);
  }
  waiting.clear();
}

/** The names that no other family may have a sample of. */
function namesOf(description: FamilyDescription): readonly string[] {
  return exposedNames(description, false);
}
