import {
  type Counter,
  type Gauge,
  type MetricOptions,
  type RegistrableMetric,
  Registry,
  type Unknown,
} from "@exporterkit/client";

type Reusable = Counter<string> | Gauge<string> | Unknown<string>;
type Declared = Pick<MetricOptions<string>, "name" | "help" | "unit" | "labelNames">;

interface Kept {
  readonly metric: Reusable;
  /** The mark that tells whether a series was written. */
  readonly mark: number;
  /** The scrape that it was declared in last. */
  scrape: number;
}

/** What a declaration may say for its metric to be kept. */
const plain = new Set(["name", "help", "unit", "labelNames"]);

/**
 * The metrics of a collector that declares the same ones in each scrape. To make them anew costs far more than to write them:
 * those of one scrape serve the next, in which every series begins at zero, and one that is not written is gone.
 */
export class ReusedMetrics {
  /** What they are in, and whatever else the collector puts there in a scrape. */
  readonly registry: Registry = new ReusedRegistry(() => this.makeRoom());
  readonly #kept = new Map<string, Kept>();
  #scrape = 0;

  /** Begins a scrape. */
  begin(): void {
    this.#scrape++;
    for (const { name } of this.registry.getMetricsAsArray()) {
      if (!this.#kept.has(name)) this.registry.removeSingleMetric(name);
    }
  }

  /** The metric of that declaration; what `make` makes and adds to the registry where there is none, or it is taken. */
  take<Made extends Reusable>(type: Made["family"]["type"], declared: Declared, make: () => Made): Made {
    const kept = this.#kept.get(declared.name);
    if (kept !== undefined && kept.scrape !== this.#scrape) {
      if (this.#isTold(kept) && isDeclared(kept.metric, type, declared)) {
        kept.scrape = this.#scrape;
        restart(kept);
        return kept.metric as Made;
      }
      this.#forget(declared.name);
    }
    const metric = make();
    if (Object.keys(declared).every((option) => plain.has(option))) {
      const mark = metric.family.series.tracking!.claim(this);
      this.#kept.set(declared.name, { metric, mark, scrape: this.#scrape });
    }
    return metric;
  }

  /** Ends a scrape: series that were not written in it go, and so do metrics that were not declared. */
  end(): void {
    for (const [name, { metric, mark, scrape }] of this.#kept) {
      if (scrape !== this.#scrape) this.#forget(name);
      else if (metric.family.series.labelNames.length > 0) removeUnwritten(metric, mark);
    }
  }

  /** Leaves the names of what was not declared in this scrape, as yet, to others. */
  makeRoom(): void {
    for (const [name, { scrape }] of this.#kept) if (scrape !== this.#scrape) this.#forget(name);
  }

  /** Whether the mark will tell what is written: somebody else may have taken it, if many read the metric. */
  #isTold({ metric: { family }, mark }: Kept): boolean {
    return family.exemplar === undefined && family.series.tracking!.holds(this, mark);
  }

  #forget(name: string): void {
    this.#kept.delete(name);
    this.registry.removeSingleMetric(name);
  }
}

/** A registry that makes room where a name is taken. */
class ReusedRegistry extends Registry {
  readonly #makeRoom: () => void;

  constructor(makeRoom: () => void) {
    super();
    this.#makeRoom = makeRoom;
  }

  override registerMetric(metric: RegistrableMetric): void {
    try {
      super.registerMetric(metric);
    } catch {
      this.#makeRoom();
      super.registerMetric(metric);
    }
  }
}

function restart({ metric, mark }: Kept): void {
  const { series, column } = metric.family;
  const { dirty } = series.tracking!;
  column!().fill(0);
  for (let slot = 0; slot < series.end; slot++) dirty[slot]! &= ~mark;
  // The one series of a metric without labels is there also where nobody writes it.
  if (series.labelNames.length === 0) dirty[0] = 255;
}

function isDeclared({ family }: Reusable, type: string, { help, unit, labelNames = [] }: Declared): boolean {
  const names = family.series.labelNames;
  return (
    family.type === type &&
    family.help === help &&
    family.unit === unit &&
    names.length === labelNames.length &&
    names.every((name, i) => name === labelNames[i])
  );
}

function removeUnwritten(metric: Reusable, mark: number): void {
  const { series } = metric.family;
  const { dirty } = series.tracking!;
  for (let slot = 0; slot < series.end; slot++) {
    if ((dirty[slot]! & mark) !== 0 || !series.isLive(slot)) continue;
    metric.remove(...series.labelNames.map((_, position) => series.labelValue(slot, position)));
  }
}
