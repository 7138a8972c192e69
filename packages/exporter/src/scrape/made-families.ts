import type { RegistrableMetric, Registry } from "@exporterkit/client";
import { joinFamilies } from "./joined-family.ts";

/** The families that the collectors of one scrape made, in the registry that is exposed. */
export class MadeFamilies {
  readonly exposed: Registry;
  readonly #made = new Map<string, RegistrableMetric>();
  /** What was added, and the metrics that were there. */
  readonly #added: { readonly from: Registry; readonly metrics: readonly RegistrableMetric[] }[] = [];

  /** `exposed` has metrics besides. */
  constructor(exposed: Registry) {
    this.exposed = exposed;
  }

  /** Whether these are the registries that were added, nothing else came of them, and they have the same metrics. */
  isOf(registries: readonly Registry[]): boolean {
    const added = this.#added;
    return (
      registries.length === added.length &&
      registries.every((from, i) => from === added[i]!.from && isUnchanged(added[i]!))
    );
  }

  /**
   * Adds what a collector made; the series of a family that another collector made, too, become one family with that one's.
   * Adds nothing and throws if a name is taken otherwise, or two families of one name are declared differently.
   */
  add(from: Registry): void {
    const metrics = from.getMetricsAsArray().map((metric) => this.#joined(metric));
    const before = metrics.map(({ name }) => this.#made.get(name));
    try {
      for (const metric of metrics) this.#put(metric);
      this.#added.push({ from, metrics });
    } catch (error) {
      for (const [i, { name }] of metrics.entries()) this.#restore(name, before[i]);
      throw error;
    }
  }

  #joined(metric: RegistrableMetric): RegistrableMetric {
    const other = this.#made.get(metric.name);
    if (other === undefined) return metric;
    return { name: metric.name, family: joinFamilies(other.family, metric.family), reset() {} };
  }

  #put(metric: RegistrableMetric): void {
    if (this.#made.has(metric.name)) this.exposed.removeSingleMetric(metric.name);
    this.exposed.registerMetric(metric);
    this.#made.set(metric.name, metric);
  }

  #restore(name: string, before: RegistrableMetric | undefined): void {
    if (!this.#made.has(name)) return;
    this.exposed.removeSingleMetric(name);
    this.#made.delete(name);
    if (before !== undefined) this.#put(before);
  }
}

/** Whether a registry has the metrics that it had; it has none of those that were joined with others. */
function isUnchanged({ from, metrics }: { from: Registry; metrics: readonly RegistrableMetric[] }): boolean {
  const now = from.getMetricsAsArray();
  return now.length === metrics.length && now.every((metric, i) => metric === metrics[i]);
}
