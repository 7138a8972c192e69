import type { Exemplar, Family, Line, LineFormat, Sample } from "@exporterkit/client/series";

/** The lines of metrics as prom-client has them, in the text format or in OpenMetrics. */
export function lineFormat(isOpenMetrics: boolean): LineFormat {
  return {
    end: "",
    parts(family) {
      const isTotal = isOpenMetrics && family.type === "counter";
      const lines = family.samples.map((sample, position) => lineOf(family, sample, position, isOpenMetrics));
      return [
        {
          name: isTotal ? baseName(family.name) : family.name,
          metadata: [
            ["HELP", escapeHelp(family.help)],
            ["TYPE", family.type],
          ],
          lines: isTotal ? lines.map((line) => ({ ...line, suffix: "_total" })) : lines,
        },
      ];
    },
  };
}

/** The name that a counter has in the metadata of OpenMetrics. */
export function baseName(name: string): string {
  return name.replace(/_total$/, "");
}

/** HELP, and the names of what is no metric of ours. */
export function escapeHelp(text: string): string {
  return text.replaceAll("\\", "\\\\").replaceAll("\n", "\\n");
}

/** A value of a label, between its quotes. */
export function escapeLabel(value: unknown): string {
  return escapeHelp(String(value)).replaceAll('"', '\\"');
}

export function formatValue(value: number): string {
  if (value === Infinity) return "+Inf";
  return value === -Infinity ? "-Inf" : `${value}`;
}

/** An exemplar as it stands behind a value. */
export function exemplarText(labels: Readonly<Record<string, unknown>>, value: number, timestamp: number): string {
  const pairs = Object.entries(labels).map(([name, text]) => `${name}="${escapeLabel(text)}"`);
  return ` # {${pairs.join(",")}} ${formatValue(value)} ${timestamp}`;
}

function lineOf(family: Family, sample: Sample, position: number, isOpenMetrics: boolean): Line {
  const shown = isOpenMetrics && family.exemplar !== undefined ? withExemplar(position) : position;
  switch (sample.kind) {
    case "bucket":
      return { suffix: "_bucket", label: ["le", formatValue(sample.upperBound)], leading: "all", sample: shown };
    case "quantile":
      return { suffix: "", label: ["quantile", `${sample.quantile}`], leading: "label", sample: position };
    case "sum":
    case "count":
      return {
        suffix: `_${sample.kind}`,
        sample: position,
        ...(family.type === "histogram" && { leading: "all" as const }),
      };
    default:
      return { suffix: "", sample: shown };
  }
}

function withExemplar(sample: number): Exclude<Line["sample"], number | string> {
  return ({ exemplar }, slot, values) => {
    const given: Exemplar | undefined = exemplar?.(slot, sample);
    const value = formatValue(values[sample]!);
    return given === undefined ? value : value + exemplarText(given.labels, given.value, given.timestampSeconds);
  };
}
