import type { Family } from "../family.ts";
import type { RowFormat } from "./row-format.ts";

/** A family, or a part of it, as a format shows it: a head and then the rows of its series. */
export interface Section {
  /** What stands before `bodyLength` bytes of rows. */
  readonly head: (bodyLength: number) => Uint8Array;
  readonly rows: RowFormat;
}

/** How a format writes families. */
export interface Format {
  /** How it shows a family, and then every family that is described alike. */
  sections(family: Family): Section[];
  /** What ends an exposition. */
  readonly end: Uint8Array;
}
