import type { SeriesTable } from "./series-table.ts";

/**
 * One series of a table, found once and then reached by its slot. It outlives the removal of its series: the next write
 * brings the series back, starting from zero.
 */
export abstract class BoundSeries {
  protected readonly table: SeriesTable;
  protected readonly labelValues: readonly string[];
  #slot: number;
  #epoch: number;

  constructor(table: SeriesTable, labelValues: readonly string[]) {
    this.table = table;
    this.labelValues = labelValues;
    this.#slot = table.slotOfValues(labelValues);
    this.#epoch = table.epoch;
  }

  protected slot(): number {
    return this.#epoch === this.table.epoch ? this.#slot : this.#findAgain();
  }

  #findAgain(): number {
    this.#slot = this.table.slotOfValues(this.labelValues);
    this.#epoch = this.table.epoch;
    return this.#slot;
  }
}
