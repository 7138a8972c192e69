import { escapeQuoted } from "../exposition/series-text.ts";
import { formatValue } from "../exposition/number.ts";
import type { ParsedFamily, ParsedSample } from "../parse/index.ts";
import { boundLabelOf, boundOf } from "./bound-labels.ts";

/** A line of text format 0.0.4 in one spelling: labels in the order of their names, numbers as JavaScript prints them. */
export interface ExpositionLine {
  /** What the line is about. Two lines with one identity say something about the same thing. */
  readonly identity: string;
  readonly text: string;
  /** Where it stands among others, compared from the first item on. */
  readonly order: readonly (string | number)[];
}

/** The lines of families, in no particular order. */
export function expositionLines(families: readonly ParsedFamily[]): ExpositionLine[] {
  return families.flatMap((family) => [...metadataLines(family), ...family.samples.map((s) => sampleLine(family, s))]);
}

/** Compares lines by family; within it come HELP, TYPE and then the samples by name, labels and bound. */
export function compareLines(a: ExpositionLine, b: ExpositionLine): number {
  for (const [i, item] of a.order.entries()) {
    const other = b.order[i]!;
    if (item !== other) return item < other ? -1 : 1;
  }
  return 0;
}

function metadataLines({ name, help, type }: ParsedFamily): ExpositionLine[] {
  const typeLine = line(`# TYPE ${name} ${type === "unknown" ? "untyped" : type}`, [name, 1, "", "", 0]);
  if (help === undefined) return [typeLine];
  const escaped = help.replaceAll(/[\\\n]/g, (c) => (c === "\n" ? "\\n" : "\\\\"));
  return [line(`# HELP ${name} ${escaped}`, [name, 0, "", "", 0]), typeLine];
}

function sampleLine(family: ParsedFamily, { name, labels, value, timestampSeconds }: ParsedSample): ExpositionLine {
  const bound = boundLabelOf(family.type);
  const pairs = Object.entries(labels)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([label, text]) => [label, label === bound ? formatNumber(boundOf(text)) : text] as const)
    .map(([label, text]) => ({ isBound: label === bound, text: `${label}="${escapeQuoted(text)}"` }));
  const all = pairs.map((pair) => pair.text).join(",");
  const unbound = pairs.filter((pair) => !pair.isBound).map((pair) => pair.text);
  const boundText = bound === undefined ? undefined : labels[bound];
  const time = timestampSeconds === undefined ? "" : ` ${Math.round(timestampSeconds * 1000)}`;
  return line(`${name}${all && `{${all}}`} ${formatNumber(value)}${time}`, [
    family.name,
    2,
    name,
    unbound.join(","),
    boundText === undefined ? -Infinity : boundOf(boundText),
  ]);
}

function line(text: string, order: ExpositionLine["order"]): ExpositionLine {
  // Names and escaped label values have no newline in them.
  return { identity: order.join("\n"), text, order };
}

/** Zero has one spelling, for its sign says nothing about a metric. */
function formatNumber(value: number): string {
  return formatValue(value + 0);
}
