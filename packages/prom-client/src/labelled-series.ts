import { absentLabel, SeriesTable } from "@exporterkit/client/series";
import { BoundSlot } from "./bound-slot.ts";
import { checkLabels } from "./validation.ts";

/** Labels as a call gave them. */
export type GivenLabels = Readonly<Record<string, unknown>>;

/** The series of a metric. A call may leave labels out, and series with other labels left out are other series. */
export class LabelledSeries {
  readonly table: SeriesTable;
  /** As they were declared. */
  readonly labelNames: readonly string[];
  readonly #sortedNames: readonly string[];
  /** The series without any label, which may be written to where there are none. */
  readonly unlabelled: BoundSlot;
  /** By slot, the labels as they were given when the series came. */
  readonly #given: GivenLabels[] = [];

  /** `forget` is told the slot of each series that goes. A series has `width` numbers. */
  constructor(name: string, labelNames: readonly string[], width: number, forget?: (slot: number) => void) {
    this.labelNames = labelNames;
    this.#sortedNames = [...new Set(labelNames)].toSorted();
    this.table = new SeriesTable(name, [...new Set(labelNames)], width, { onRemove: forget });
    this.unlabelled = new BoundSlot(this, {});
  }

  /** The slot of the series with these labels, which comes into being where there is none. Throws if one was not declared. */
  slotOf(labels: GivenLabels): number {
    const slot = this.table.findLabels(labels);
    return slot >= 0 ? slot : this.#slotOfSome(labels);
  }

  /** The slot of the series with these labels, if there is one. */
  find(labels: GivenLabels): number | undefined {
    return this.table.find(this.#valuesOf(labels));
  }

  /** Removes the series with these labels, if there is one. Throws if one was not declared. */
  remove(labels: GivenLabels): void {
    checkLabels(this.labelNames, labels);
    const slot = this.find(labels);
    if (slot !== undefined) this.table.removeSlot(slot);
  }

  /** The labels of the series in a slot as they were given, numbers as numbers. */
  labelsOf(slot: number): GivenLabels {
    return this.#given[slot]!;
  }

  /** The slots of all series. */
  *slots(): Generator<number> {
    for (let slot = 0; slot < this.table.end; slot++) if (this.table.isLive(slot)) yield slot;
  }

  /** What `valueOf` says of each series, by the text that prom-client finds it by. */
  byKey<Value>(valueOf: (slot: number) => Value): Record<string, Value> {
    return Object.fromEntries(Array.from(this.slots(), (slot) => [this.#keyOf(slot), valueOf(slot)]));
  }

  #keyOf(slot: number): string {
    const labels = this.labelsOf(slot);
    const given = this.#sortedNames.filter((name) => labels[name] !== undefined);
    return given.map((name) => `${name}:${String(labels[name])},`).join("");
  }

  #slotOfSome(labels: GivenLabels): number {
    checkLabels(this.labelNames, labels);
    const values = this.#valuesOf(labels);
    const present = this.table.find(values);
    if (present !== undefined) return present;
    const slot = this.table.slotOfValues(values);
    this.#given[slot] = copyOf(labels);
    return slot;
  }

  #valuesOf(labels: GivenLabels): string[] {
    return this.table.labelNames.map((name) => {
      const value = labels[name];
      const isAbsent = value === undefined || (typeof value === "function" && !Object.hasOwn(labels, name));
      return isAbsent ? absentLabel : String(value).toWellFormed();
    });
  }
}

/** Labels with those that they inherit, as far as these are shown, but not what every object has. */
function copyOf(labels: GivenLabels): GivenLabels {
  const copy: Record<string, unknown> = {};
  for (const name in labels) copy[name] = labels[name];
  return copy;
}
