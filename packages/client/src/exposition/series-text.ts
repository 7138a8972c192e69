import type { Exemplar, Family } from "../family.ts";
import {
  type EscapingScheme,
  escapeLabelName,
  escapeMetricName,
  isLegacyLabelName,
  isLegacyMetricName,
} from "../names.ts";
import { constantPairs } from "./constant-labels.ts";
import type { Line } from "./line-format.ts";
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
  /** From the quote that closes the last value: what labels come behind those of the series. */
  readonly closing: string;
}

/** The frame of a family's lines, `name` being theirs on the wire, for series that have the labels `labelNames`. */
export function labelFrame(
  family: Family,
  name: string,
  labelNames: readonly string[],
  { label, leading }: Pick<Line, "label" | "leading">,
  naming: Naming,
): LabelFrame {
  const labels = labelNames.map((labelName) => `${labelText(labelName, naming)}="`);
  const own = label === undefined ? [] : [pairText(...label, naming)];
  const constants = constantPairs(family, labelNames, naming.constantLabels)
    .filter(([labelName]) => labelName !== label?.[0])
    .map(([labelName, value]) => pairText(labelName, value, naming));
  const before = leading === undefined ? [] : leading === "label" ? own : [...own, ...constants];
  const after = leading === undefined ? [...constants, ...own] : leading === "label" ? constants : [];
  const isLegacy = isLegacyMetricName(name);
  if (!isLegacy) before.unshift(`"${escapeQuoted(name)}"`);
  else if (labels.length + before.length + after.length === 0) return { opening: name, between: [], closing: "" };
  const start = isLegacy ? `${name}{` : "{";
  if (labels.length === 0) return { opening: `${start}${[...before, ...after].join(",")}}`, between: [], closing: "" };
  return {
    opening: start + [...before, labels[0]].join(","),
    between: labels.map((text, i) => (i === 0 ? "" : `",${text}`)),
    closing: `"${after.map((pair) => `,${pair}`).join("")}}`,
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
