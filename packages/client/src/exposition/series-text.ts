import type { Exemplar, Family } from "../family.ts";
import {
  type EscapingScheme,
  escapeLabelName,
  escapeMetricName,
  isLegacyLabelName,
  isLegacyMetricName,
} from "../names.ts";
import { constantPairs } from "./constant-labels.ts";
import { formatValue } from "./number.ts";

/** How names are written, and the labels that stand in every series that has none of the name. */
export interface Naming {
  readonly escaping: EscapingScheme;
  readonly constantLabels: Readonly<Record<string, string>>;
}

/** A family's name as it goes on the wire, less `suffix` if that is how it then ends. */
export function metricText(name: string, suffix: string, { escaping }: Naming): string {
  const shown = escapeMetricName(name, escaping);
  return suffix !== "" && shown.endsWith(suffix) ? shown.slice(0, -suffix.length) : shown;
}

/** The lines of metadata of a family, by keyword and text. */
export function metadataText(name: string, metadata: readonly (readonly [keyword: string, text: string])[]): string {
  const shown = isLegacyMetricName(name) ? name : `"${escapeQuoted(name)}"`;
  return metadata.map(([keyword, text]) => `# ${keyword} ${shown} ${text}\n`).join("");
}

/** What stands around the label values of a series in a line. */
export interface LabelFrame {
  /** Up to the first value: the name, and the first label with the quote that opens. */
  readonly opening: string;
  /** What stands before each value, from the second on; nothing before the first. */
  readonly between: readonly string[];
  /** From the quote that closes the last value: constant labels and the label of the line. */
  readonly closing: string;
}

/** The frame of a family's lines, `name` being theirs on the wire, with the label `extra` beside those of the series. */
export function labelFrame(
  family: Family,
  name: string,
  extra: readonly [name: string, value: string] | undefined,
  naming: Naming,
): LabelFrame {
  const labels = family.series.labelNames.map((label) => `${labelText(label, naming)}="`);
  const pairs = constantPairs(family, naming.constantLabels).map(([label, value]) => pairText(label, value, naming));
  if (extra) pairs.push(pairText(...extra, naming));
  const isLegacy = isLegacyMetricName(name);
  if (isLegacy && labels.length + pairs.length === 0) return { opening: name, between: [], closing: "" };
  const [first = ""] = labels;
  const rest = pairs.map((pair, i) => (i > 0 || labels.length > 0 || !isLegacy ? `,${pair}` : pair));
  return {
    opening: isLegacy ? `${name}{${first}` : `{"${escapeQuoted(name)}"${first === "" ? "" : `,${first}`}`,
    between: labels.map((label, i) => (i === 0 ? "" : `",${label}`)),
    closing: `${labels.length === 0 ? "" : '"'}${rest.join("")}}`,
  };
}

/** An exemplar as OpenMetrics has it behind a value. */
export function exemplarText({ labels, value, timestampSeconds }: Exemplar, naming: Naming): string {
  const pairs = Object.entries(labels).map(([name, text]) => pairText(name, text, naming));
  return ` # {${pairs.join(",")}} ${formatValue(value)} ${timestampSeconds.toFixed(3)}`;
}

/** HELP as OpenMetrics has it, and whatever stands between quotes. */
export function escapeQuoted(text: string): string {
  return text.replaceAll(/["\\\n]/g, (c) => (c === "\n" ? "\\n" : `\\${c}`));
}

function pairText(name: string, value: string, naming: Naming): string {
  return `${labelText(name, naming)}="${escapeQuoted(value)}"`;
}

function labelText(name: string, { escaping }: Naming): string {
  const shown = escapeLabelName(name, escaping);
  return isLegacyLabelName(shown) ? shown : `"${escapeQuoted(shown)}"`;
}
