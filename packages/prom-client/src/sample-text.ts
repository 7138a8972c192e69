import { baseName, escapeHelp, escapeLabel, exemplarText, formatValue } from "./text-format.ts";
import type { TextSettings } from "./exposition-text.ts";

/** A metric as `get()` has it, whoever made it. */
export interface GivenMetric {
  readonly name: string;
  readonly help: string;
  readonly type: string;
  readonly values?: readonly GivenSample[];
}

interface GivenSample {
  readonly value: number;
  readonly labels?: Readonly<Record<string, unknown>>;
  /** Labels that stand behind the others, and come before the default labels where both have one. */
  readonly sharedLabels?: Readonly<Record<string, unknown>>;
  readonly metricName?: string;
  readonly exemplar?: {
    readonly labelSet: Readonly<Record<string, unknown>>;
    readonly value: number;
    readonly timestamp: number;
  } | null;
}

/** The lines of a metric that is known by its values alone, without the last line break. */
export function sampleText(metric: GivenMetric, { isOpenMetrics, defaultLabels }: TextSettings): string {
  const isTotal = isOpenMetrics && metric.type === "counter";
  const name = escapeHelp(isTotal ? baseName(metric.name) : metric.name);
  const lines = [`# HELP ${name} ${escapeHelp(metric.help)}`, `# TYPE ${name} ${metric.type}`];
  for (const { value, labels, sharedLabels, metricName = name, exemplar } of metric.values ?? []) {
    // Own labels first, then defaults that are not among them; what is shared comes last, and wins.
    const all = { ...labels, ...defaultLabels, ...labels };
    const pairs = [
      ...Object.entries(all).filter(([label]) => sharedLabels === undefined || !Object.hasOwn(sharedLabels, label)),
      ...Object.entries(sharedLabels ?? {}),
    ].map(([label, text]) => `${label}="${escapeLabel(text)}"`);
    const shown = pairs.length === 0 ? "" : `{${pairs.join(",")}}`;
    const end = exemplar && isOpenMetrics ? exemplarText(exemplar.labelSet, exemplar.value, exemplar.timestamp) : "";
    lines.push(`${metricName}${isTotal ? "_total" : ""}${shown} ${formatValue(value)}${end}`);
  }
  return lines.join("\n");
}
