/** Where a fault stands: a line and column in a text, an offset in protobuf. */
export interface ParseErrorLocation {
  readonly line?: number;
  readonly column?: number;
  readonly offset?: number;
}

/**
 * Why an exposition could not be read: one sentence that says what was expected, where, and what stands there. Nothing
 * is known of the rest of the exposition, which is invalid as a whole.
 */
export class ParseError extends Error {
  override readonly name = "ParseError";
  /** The line of the fault, from 1. Absent for protobuf, and where the Content-Type is at fault. */
  readonly line: number | undefined;
  /** The column of the fault in UTF-16 units, from 1. Absent where `line` is. */
  readonly column: number | undefined;
  /** The byte at fault, from 0, in protobuf. */
  readonly offset: number | undefined;

  constructor(message: string, location: ParseErrorLocation = {}) {
    super(message);
    this.line = location.line;
    this.column = location.column;
    this.offset = location.offset;
  }
}

/** The error for position `at` of a text. `found` defaults to what stands there. */
export function textError(text: string, at: number, expected: string, found: string = excerpt(text, at)): ParseError {
  let line = 1;
  let lineStart = 0;
  for (let next = text.indexOf("\n"); next !== -1 && next < at; next = text.indexOf("\n", lineStart)) {
    line++;
    lineStart = next + 1;
  }
  const column = at - lineStart + 1;
  return new ParseError(`Expected ${expected} at line ${line}, column ${column}, but found ${found}.`, {
    line,
    column,
  });
}

/** The error for byte `offset` of a protobuf body. */
export function binaryError(offset: number, expected: string, found: string): ParseError {
  return new ParseError(`Expected ${expected} at byte ${offset}, but found ${found}.`, { offset });
}

const longestExcerpt = 40;

/** Text in quotation marks, cut short where it is long. */
export function quoteShort(text: string): string {
  if (text.length <= longestExcerpt) return JSON.stringify(text);
  // A cut inside a surrogate pair would print as an escape.
  return `${JSON.stringify(text.slice(0, longestExcerpt - 1).replace(/[\uD800-\uDBFF]$/, ""))}…`;
}

function excerpt(text: string, at: number): string {
  if (at >= text.length) return "the end of the input";
  if (text[at] === "\n") return "the end of the line";
  const end = text.indexOf("\n", at);
  // One unit more than fits shows quoteShort that it has to cut.
  return quoteShort(text.slice(at, Math.min(end === -1 ? text.length : end, at + longestExcerpt + 1)));
}
