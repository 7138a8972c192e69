import type { Family } from "../family.ts";
import type { ByteWriter } from "./byte-writer.ts";

/**
 * How a format writes the series of a family: each is one row or several, and a row is what stays the same and then a value.
 * Takes one series at a time.
 */
export interface RowFormat {
  /** How many rows a series has. */
  readonly rows: number;
  /** Whether the start of a row depends on how long its value is. */
  readonly startKnowsWidth: boolean;
  /** Whether a row that shows a number has its digits for a value, and one byte that closes the row. */
  readonly showsDigits: boolean;
  /**
   * The number that each row of the series taken shows. A row whose number is the same as before is left as it is; one that
   * shows more than a number has `NaN` here, which equals nothing.
   */
  readonly numbers: Float64Array;
  /**
   * The numbers by slot, where each series is one row that shows its own as digits and nothing else. They are what
   * {@link RowFormat.numbers} has once the series is taken.
   */
  column(family: Family): Float64Array | undefined;
  /** Writes the value of a row that shows a number of the column. */
  writeNumber(number: number, to: ByteWriter): void;
  /** Reads the series in a slot, for the calls that follow. */
  take(family: Family, slot: number): void;
  /** Lets go of the series taken, and of its family. */
  release(): void;
  /** Whether the series taken has the row. */
  has(row: number): boolean;
  /** Writes the start of a row, of which the value is `width` bytes long. */
  writeStart(row: number, width: number, to: ByteWriter): void;
  /** Writes the value of a row, and what closes the row. */
  writeValue(row: number, to: ByteWriter): void;
}
