import type { Family, FamilySeries } from "../family.ts";
import { SeriesTable } from "../series/series-table.ts";
import type { FamilyDescription } from "./family-description.ts";
import type { Report } from "./report.ts";

/** A family as it was told: the series by slots of its own, which stay whatever becomes of those of the family. */
export class ToldFamily {
  readonly id: number;
  readonly description: FamilyDescription;
  readonly #table: SeriesTable;
  /** For each slot of `#source`, as of `#epoch`, the slot here; -1 where that is not known. */
  #slots = new Int32Array();
  #source: FamilySeries | undefined;
  #epoch = -1;
  /** The round of telling in which a slot here was last found alive. */
  #seen = new Uint32Array();
  #round = 0;
  /** When the latest exemplar that was told of a slot was taken. */
  readonly #exemplarSeconds: number[] = [];

  constructor(id: number, description: FamilyDescription) {
    const { name, labelNames, samples } = description;
    this.id = id;
    this.description = description;
    this.#table = new SeriesTable(name, labelNames, samples.length);
  }

  /** Whether it is known to be as the family is. */
  isOf(family: Family): boolean {
    return this.#source === family.series;
  }

  /** Tells what changed. Yields after some series; the family may change meanwhile. */
  *tell(family: Family, report: Report): Generator<void> {
    const { series } = family;
    const { epoch } = series;
    const isRemapped = this.#source !== series || this.#epoch !== epoch;
    if (isRemapped) this.#slots.fill(-1);
    this.#round++;
    const positions = positionsOf(family, this.description);
    const values = new Float64Array(family.samples.length);
    for (let slot = 0; slot < series.end; slot++) {
      if (slot % 64 === 63) yield;
      if (!series.isLive(slot)) continue;
      const told = this.#find(family, slot, series.epoch === epoch, report);
      this.#seen = withRoom(this.#seen, told, 0);
      this.#seen[told] = this.#round;
      family.read(slot, values);
      if (this.#update(told, values, positions)) this.#tellRow(family, slot, told, positions, report);
    }
    if (isRemapped || series.epoch !== epoch) yield* this.#removeUnseen(report);
    this.#source = series;
    this.#epoch = epoch;
  }

  /** The slot here of a series, which is told if it is new. `isMapped` says that `#slots` may be relied on. */
  #find(family: Family, slot: number, isMapped: boolean, report: Report): number {
    const { series } = family;
    const created = family.startUnknown ? NaN : series.createdSeconds(slot);
    this.#slots = withRoom(this.#slots, slot, -1);
    let told = isMapped ? this.#slots[slot]! : -1;
    if (told >= 0 && Object.is(created, this.#table.created[told])) return told;

    const labelValues = series.labelNames.map((_, position) => series.labelValue(slot, position));
    const present = told >= 0 ? told : this.#table.find(labelValues);
    if (present !== undefined && Object.is(created, this.#table.created[present])) return (this.#slots[slot] = present);
    if (present !== undefined) {
      // It was removed and came again, or was reset.
      report.removeSeries(this.id, present);
      this.#table.removeSlot(present);
    }
    told = this.#table.slotOfValues(labelValues);
    this.#table.created[told] = created;
    this.#slots[slot] = told;
    this.#exemplarSeconds[told] = 0;
    report.series(this.id, told, labelValues, created);
    return told;
  }

  /** Whether the numbers are others than those that were told. */
  #update(told: number, values: Float64Array, positions: readonly number[]): boolean {
    const { values: rows, width } = this.#table;
    let isChanged = false;
    for (let i = 0; i < width; i++) {
      const value = values[positions[i]!]!;
      const last = rows[told * width + i]!;
      if (value === last || (Number.isNaN(value) && Number.isNaN(last))) continue;
      rows[told * width + i] = value;
      isChanged = true;
    }
    return isChanged;
  }

  #tellRow(family: Family, slot: number, told: number, positions: readonly number[], report: Report): void {
    const { values, width } = this.#table;
    report.row(this.id, told, values, told * width, this.description.native ? family.native?.(slot) : undefined);
    if (family.exemplar === undefined || (family.type !== "counter" && family.type !== "histogram")) return;
    const before = this.#exemplarSeconds[told]!;
    for (const [i, position] of positions.entries()) {
      const exemplar = family.exemplar(slot, position);
      if (exemplar === undefined || exemplar.timestampSeconds <= before) continue;
      this.#exemplarSeconds[told] = Math.max(exemplar.timestampSeconds, this.#exemplarSeconds[told]!);
      report.exemplar(this.id, told, i, exemplar);
    }
  }

  *#removeUnseen(report: Report): Generator<void> {
    for (let slot = 0; slot < this.#table.end; slot++) {
      if (slot % 64 === 63) yield;
      if (!this.#table.isLive(slot) || this.#seen[slot] === this.#round) continue;
      report.removeSeries(this.id, slot);
      this.#table.removeSlot(slot);
    }
  }
}

/** Where the samples of the description stand among those of the family. */
function positionsOf(family: Family, description: FamilyDescription): number[] {
  const all = [...family.samples.keys()];
  return all.length === description.samples.length ? all : all.filter((i) => family.samples[i]!.kind !== "quantile");
}

/** The column, or a longer one with the same numbers and `fill` behind them. */
function withRoom<Column extends Int32Array | Uint32Array>(column: Column, slot: number, fill: number): Column {
  if (slot < column.length) return column;
  const longer = new (column.constructor as new (length: number) => Column)(Math.max(slot + 1, column.length * 2));
  longer.set(column);
  longer.fill(fill, column.length);
  return longer;
}
