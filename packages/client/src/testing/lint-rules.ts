import type { ParsedFamily, ParsedType } from "../parse/index.ts";
import { abbreviatedUnits, unitToReplace } from "./lint-units.ts";

/** A rule: what is wrong with a family by it, or nothing. */
export type LintRule = (family: ParsedFamily) => string[];

/** The rules of promlint, the linter behind `promtool check metrics`, in the order in which problems are told. */
export const lintRules: readonly LintRule[] = [
  help,
  counterSuffix,
  gaugeSuffix,
  reservedSuffixes,
  reservedLabels,
  baseUnit,
  unitAbbreviations,
  typeInName,
  colons,
  nameCase,
  labelCase,
];

function help(family: ParsedFamily): string[] {
  return family.help === undefined ? ["it has no HELP text"] : [];
}

function counterSuffix({ name, type }: ParsedFamily): string[] {
  const isCounter = type === "counter";
  if (type === "unknown" || name.endsWith("_total") === isCounter) return [];
  return [isCounter ? "the name of a counter should end in _total" : "only the name of a counter should end in _total"];
}

function gaugeSuffix({ name, type }: ParsedFamily): string[] {
  if (type === "unknown" || type === "gauge" || !name.endsWith("_timestamp_seconds")) return [];
  return ["only the name of a gauge should end in _timestamp_seconds"];
}

/** Suffixes and labels that belong to the samples of some types. */
interface Reserved {
  readonly text: string;
  readonly types: readonly ParsedType[];
  readonly owners: string;
}

const suffixes: readonly Reserved[] = [
  { text: "_bucket", types: ["histogram"], owners: "histograms" },
  { text: "_count", types: ["histogram", "summary"], owners: "histograms and summaries" },
  { text: "_sum", types: ["histogram", "summary"], owners: "histograms and summaries" },
];

function reservedSuffixes({ name, type }: ParsedFamily): string[] {
  if (type === "unknown") return [];
  return suffixes
    .filter(({ text, types }) => name.endsWith(text) && !types.includes(type))
    .map(({ text, owners }) => `the suffix ${text} is reserved for ${owners}`);
}

const labels: readonly Reserved[] = [
  { text: "le", types: ["histogram"], owners: "histograms" },
  { text: "quantile", types: ["summary"], owners: "summaries" },
];

function reservedLabels({ type, samples }: ParsedFamily): string[] {
  if (type === "unknown") return [];
  return labels
    .filter(({ text, types }) => !types.includes(type) && samples.some((sample) => text in sample.labels))
    .map(({ text, owners }) => `the label ${text} is reserved for ${owners}`);
}

function baseUnit({ name }: ParsedFamily): string[] {
  const advice = unitToReplace(name);
  return advice === undefined ? [] : [`use the base unit ${advice.base} instead of ${advice.unit}`];
}

function unitAbbreviations({ name }: ParsedFamily): string[] {
  return abbreviatedUnits(name).map((unit) => `write the unit ${unit} out`);
}

function typeInName({ name, type }: ParsedFamily): string[] {
  if (type === "unknown" || !`${name.toLowerCase()}_`.includes(`_${type}_`)) return [];
  return [`the name should not say that it is a ${type}`];
}

function colons({ name }: ParsedFamily): string[] {
  return name.includes(":") ? ['":" in a name is reserved for recording rules'] : [];
}

const camelCase = /[a-z][A-Z]/;

function nameCase({ name }: ParsedFamily): string[] {
  return camelCase.test(name) ? ["the name should be in snake_case, not in camelCase"] : [];
}

function labelCase({ samples }: ParsedFamily): string[] {
  return samples
    .flatMap((sample) => Object.keys(sample.labels))
    .filter((label) => camelCase.test(label))
    .map((label) => `the label ${label} should be in snake_case, not in camelCase`);
}
