import { type RegistrableMetric, Registry } from "@exporterkit/client";
import type { Clash } from "./clash.ts";
import { joinFamilies } from "./joined-family.ts";

/** A registry, and what was used of it. */
interface Used {
  readonly from: Registry;
  readonly metrics: readonly RegistrableMetric[];
}

/** The families that the collectors of one scrape made, in the registry that is exposed. */
export class MadeFamilies {
  readonly exposed: Registry;
  readonly #besides: readonly Used[];
  readonly #made = new Map<string, RegistrableMetric>();
  /** What was added, by whom. */
  readonly #added: (Used & { readonly collector: string })[] = [];

  /** `exposed` has the metrics of `besides`. */
  constructor(exposed: Registry, besides: readonly Registry[]) {
    this.exposed = exposed;
    this.#besides = besides.map((from) => ({ from, metrics: from.getMetricsAsArray() }));
  }

  /** Whether these are the registries that were added, nothing else came of them, and all have the same metrics. */
  isOf(registries: readonly Registry[]): boolean {
    const added = this.#added;
    return (
      registries.length === added.length &&
      registries.every((from, i) => from === added[i]!.from && isUnchanged(added[i]!)) &&
      this.#besides.every(isUnchanged)
    );
  }

  /**
   * Adds what a collector made; the series of a family that another collector made, too, become one family with that one's.
   * Leaves out, and returns, the families whose name is taken otherwise, or that are declared differently.
   */
  add(collector: string, from: Registry): Clash[] {
    const metrics: RegistrableMetric[] = [];
    const clashes: Clash[] = [];
    for (const metric of from.getMetricsAsArray()) {
      try {
        metrics.push(this.#put(metric));
      } catch (error) {
        clashes.push(this.#clash(collector, metric, error));
      }
    }
    this.#added.push({ collector, from, metrics });
    return clashes;
  }

  #put(metric: RegistrableMetric): RegistrableMetric {
    const { name } = metric;
    const other = this.#made.get(name);
    const put = other === undefined ? metric : { name, family: joinFamilies(other.family, metric.family), reset() {} };
    if (other !== undefined) this.exposed.removeSingleMetric(name);
    this.exposed.registerMetric(put);
    this.#made.set(name, put);
    return put;
  }

  #clash(collector: string, metric: RegistrableMetric, thrown: unknown): Clash {
    const { name } = metric;
    const isMade = this.#made.has(name);
    const isOwn = !isMade && this.exposed.getSingleMetric(name) !== undefined;
    const error = isOwn ? new Error(`${name}: the exporter itself has a metric of that name; choose another`) : thrown;
    const made = [...this.#added];
    const findOthers = (): string[] => {
      const clashing = made.filter(({ metrics }) =>
        isMade ? metrics.some((each) => each.name === name) : haveNameOf(metrics, metric),
      );
      return clashing.map((each) => each.collector);
    };
    return { collector, metric, error, findOthers };
  }
}

/** Whether a registry has the metrics that were used of it; it has none of those that were joined with others. */
function isUnchanged({ from, metrics }: Used): boolean {
  const now = from.getMetricsAsArray();
  return now.length === metrics.length && now.every((metric, i) => metric === metrics[i]);
}

/** Whether one of the metrics has samples of a name that those of another metric have. */
function haveNameOf(metrics: readonly RegistrableMetric[], metric: RegistrableMetric): boolean {
  const registry = new Registry();
  for (const each of metrics) registry.registerMetric(each);
  try {
    registry.registerMetric(metric);
    return false;
  } catch {
    return true;
  }
}
