import type { Family } from "../family.ts";

/** A line of a series: its name, less the family's, and where its value comes from. */
export interface Line {
  readonly suffix: string;
  /** A label of the line itself, beside those of its series. */
  readonly label?: readonly [name: string, value: string];
  /**
   * What comes before the labels of the series: the line's own label, or that and then the constant labels. Default: they
   * come behind, constant labels first.
   */
  readonly leading?: "label" | "all";
  /** The position of its sample, the time when the series was created, or what makes a text of all its samples. */
  readonly sample: number | "created" | ((family: Family, slot: number, values: Float64Array) => string);
  /** Whether the format allows an exemplar here. */
  readonly exemplar?: boolean;
}

/** A family as one format shows it; a type that the format lacks may become several. */
export interface Part {
  /** The family's name, not yet escaped. */
  readonly name: string;
  /** What the format leaves out at the end of the name, once it is escaped; the lines have it again. */
  readonly suffix?: string;
  /** What may stand behind the unit at the end of the name. */
  readonly behindUnit?: string;
  /** What stands before the name on the metadata lines, in order, and behind it: `["TYPE", "counter"]`. */
  readonly metadata: readonly (readonly [keyword: string, text: string])[];
  readonly lines: readonly Line[];
}

/** What tells one line-based format from another. */
export interface LineFormat {
  /** How the format shows a family. */
  parts(family: Family): Part[];
  /** What ends an exposition. */
  readonly end: string;
}
