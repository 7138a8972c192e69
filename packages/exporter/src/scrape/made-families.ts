import type { RegistrableMetric, Registry } from "@exporterkit/client";
import { joinFamilies } from "./joined-family.ts";

/** The families that the collectors of one scrape made, in the registry that is exposed. */
export class MadeFamilies {
  readonly #exposed: Registry;
  readonly #made = new Map<string, RegistrableMetric>();

  constructor(exposed: Registry) {
    this.#exposed = exposed;
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
    if (this.#made.has(metric.name)) this.#exposed.removeSingleMetric(metric.name);
    this.#exposed.registerMetric(metric);
    this.#made.set(metric.name, metric);
  }

  #restore(name: string, before: RegistrableMetric | undefined): void {
    if (!this.#made.has(name)) return;
    this.#exposed.removeSingleMetric(name);
    this.#made.delete(name);
    if (before !== undefined) this.#put(before);
  }
}
