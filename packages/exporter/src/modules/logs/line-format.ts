/** How the lines of a source are written. */
export interface LineFormat {
  /** The names of its fields; undefined where lines themselves have names, such as those of JSON. */
  readonly fields: readonly string[] | undefined;
  /** What takes those of these names out of a line. */
  parser(names: readonly string[]): LineParser;
}

/** Takes fields out of one line after the other. */
export interface LineParser {
  /**
   * Whether the line that stands in `text` from `start` to `end` is of the format. Throws `TooCostly` where that cannot be told
   * in a time that others can wait.
   */
  parse(text: string, start: number, end: number): boolean;
  /** The field of the name at `index`, of the line that was parsed last; undefined where the line does not have it. */
  field(index: number): string | undefined;
}
