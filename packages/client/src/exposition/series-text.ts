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

/** A series, `name` being its name on the wire, with the labels of the slot and `extra`. */
export function seriesText(
  family: Family,
  slot: number,
  name: string,
  extra: readonly [name: string, value: string] | undefined,
  naming: Naming,
): string {
  const { series } = family;
  const pairs = series.labelNames.map((label, i) => pairText(label, series.labelValue(slot, i), naming));
  for (const [label, value] of constantPairs(family, naming.constantLabels)) pairs.push(pairText(label, value, naming));
  if (extra) pairs.push(pairText(...extra, naming));
  if (!isLegacyMetricName(name)) return `{${[`"${escapeQuoted(name)}"`, ...pairs].join(",")}}`;
  return pairs.length === 0 ? name : `${name}{${pairs.join(",")}}`;
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

function pairText(name: string, value: string, { escaping }: Naming): string {
  const shown = escapeLabelName(name, escaping);
  return `${isLegacyLabelName(shown) ? shown : `"${escapeQuoted(shown)}"`}="${escapeQuoted(value)}"`;
}
