import type { SeriesTable } from "./series-table.ts";

/** The bit in a table's `dirty` column that is no reader's, but for the expiry of its series to read and clear. */
const expiryMark = 1;

/** Removes the series of a table that were not written for some time. */
export class Expiry {
  readonly #table: SeriesTable;
  readonly #seconds: number;
  /** When a sweep last saw the series of each slot written, in seconds since the Unix epoch. */
  #written: number[] = [];

  constructor(table: SeriesTable, seconds: number) {
    this.#table = table;
    this.#seconds = seconds;
  }

  /** Removes what no sweep within the time saw written. A sweep takes what was written since the one before as written now. */
  sweep(nowSeconds: number): void {
    const { dirty, end } = this.#table;
    for (let slot = 0; slot < end; slot++) {
      if (!this.#table.isLive(slot)) continue;
      if (dirty[slot]! & expiryMark) {
        dirty[slot]! &= ~expiryMark;
        this.#written[slot] = nowSeconds;
      } else if (nowSeconds - this.#written[slot]! > this.#seconds) {
        this.#table.removeSlot(slot);
      }
    }
  }
}
