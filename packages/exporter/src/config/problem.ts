import { ExporterError } from "../exporter-error.ts";

/** Where something stands in a file. */
export interface Place {
  /** The file as its reader was told of it. */
  readonly file: string;
  /** From 1. Undefined where the file has no text to point at, such as one that cannot be read. */
  readonly line?: number;
  /** From 1, in UTF-16 units. */
  readonly column?: number;
}

/** The keys and indices that lead to a value. */
export type Path = readonly PropertyKey[];

/** Something that is wrong in a configuration. */
export interface Problem {
  readonly at: Place;
  readonly path: Path;
  /** What is wrong, and the remedy. It quotes no secret and nothing that came from the environment. */
  readonly text: string;
}

const mostProblems = 100;
const longestQuote = 60;

/** An {@link ExporterError} that tells all problems, a line each, in the order of the files. */
export function configError(problems: readonly Problem[]): ExporterError {
  const files = [...new Set(problems.map(({ at }) => at.file))];
  const order = new Map(files.map((file, index) => [file, index]));
  const sorted = problems.toSorted((a, b) => order.get(a.at.file)! - order.get(b.at.file)! || byPlace(a.at, b.at));
  const lines = [...new Set(sorted.map(formatProblem))];
  const more = lines.length - mostProblems;
  if (more > 0) lines.splice(mostProblems, Infinity, `and ${more} more`);
  return new ExporterError("invalid_config", lines.join("\n"));
}

/** `file:line:column: path: what is wrong`. */
function formatProblem({ at, path, text }: Problem): string {
  const where = formatPath(path);
  return `${formatPlace(at)}: ${where === "" ? "" : `${where}: `}${text}`;
}

/** `file:line:column`, or the file alone. */
export function formatPlace({ file, line, column }: Place): string {
  const name = file.replaceAll(/\p{Cc}/gu, "�");
  return line === undefined ? name : `${name}:${line}:${column ?? 1}`;
}

/** `modules.http.targets[0]`; a key that is not a plain word stands in brackets and quotes. */
export function formatPath(path: Path): string {
  let text = "";
  for (const step of path) {
    if (typeof step === "number") text += `[${step}]`;
    else if (/^[\w-]{1,60}$/.test(String(step))) text += text === "" ? String(step) : `.${String(step)}`;
    else text += `[${quote(String(step))}]`;
  }
  return text;
}

/** Text of a user's in quotes, cut where it is long, with nothing in it that a terminal would obey. */
export function quote(text: string): string {
  const cut = text.length > longestQuote ? `${text.slice(0, longestQuote)}…` : text;
  return JSON.stringify(cut).replaceAll(/[\u007f-\u009f\u2028\u2029]|\p{Cf}/gu, "�");
}

function byPlace(a: Place, b: Place): number {
  return (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0);
}
