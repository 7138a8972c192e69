import type { Family } from "../family.ts";
import { type FamilyDescription, isSameShape } from "../parallel/family-description.ts";
import { SeriesTable } from "../series/series-table.ts";
import { describeNumbers, numbersOf } from "./number-family.ts";

/** The table that holds a copy of a family of which the numbers do not lie in a table, or each time in another. */
export class CopiedFamily {
  readonly description: FamilyDescription;
  readonly table: SeriesTable;
  /** By slot, the round in which it was last written. */
  readonly #rounds: number[] = [];
  #round = 0;

  constructor(family: Family) {
    this.description = describeCopy(family);
    this.table = new SeriesTable(family.name, family.series.labelNames, this.description.samples.length);
  }

  /** Whether the family is as the one that was copied. */
  isOf(family: Family): boolean {
    return isSameShape(this.description, describeCopy(family));
  }

  /** Brings the copy up to date. */
  update(family: Family): void {
    const { series } = family;
    const { table } = this;
    const numbers = numbersOf(family);
    const row = new Float64Array(numbers.samples.length);
    this.#round++;
    for (let slot = 0; slot < series.end; slot++) {
      if (!series.isLive(slot)) continue;
      const values = series.labelNames.map((_, position) => series.labelValue(slot, position));
      const copy = table.slotOfValues(values);
      numbers.read(slot, row);
      table.created[copy] = family.startUnknown ? NaN : series.createdSeconds(slot);
      if (row.some((value, i) => !Object.is(value, table.values[copy * table.width + i]))) table.replace(copy, row);
      this.#rounds[copy] = this.#round;
    }
    for (let slot = 0; slot < table.end; slot++) {
      if (table.isLive(slot) && this.#rounds[slot] !== this.#round) table.removeSlot(slot);
    }
  }
}

function describeCopy(family: Family): FamilyDescription {
  return { ...describeNumbers(family), native: false };
}
