import type { Family, Sample } from "../family.ts";
import type { Line, LineFormat, Part } from "./line-format.ts";

/**
 * The text format, 0.0.4 and 1.0.0: they differ in the names that may stand in them, which is the writer's concern.
 *
 * @see https://prometheus.io/docs/instrumenting/exposition_formats/#text-based-format
 */
export const textFormat: LineFormat = {
  end: "",
  parts(family) {
    if (family.type === "gaugehistogram") return gaugeHistogramParts(family);
    return [part(family, "", textTypes[family.type], linesOf(family))];
  },
};

/** The types of OpenMetrics, as the text format has them. */
const textTypes: Readonly<Record<Family["type"], string>> = {
  counter: "counter",
  gauge: "gauge",
  histogram: "histogram",
  gaugehistogram: "histogram",
  summary: "summary",
  info: "gauge",
  stateset: "gauge",
  unknown: "untyped",
};

function part(family: Family, suffix: string, type: string, lines: readonly Line[]): Part {
  return {
    name: family.name + suffix,
    metadata: [
      ["HELP", escapeHelp(family.help)],
      ["TYPE", type],
    ],
    lines,
  };
}

/** `_count` and `_sum` of a histogram may not fall, and those of a gauge histogram do: they are gauges of their own. */
function gaugeHistogramParts(family: Family): Part[] {
  const gauge = (suffix: string, kind: Sample["kind"]): Part => {
    const sample = family.samples.findIndex((candidate) => candidate.kind === kind);
    return part(family, suffix, "gauge", [{ suffix: "", sample }]);
  };
  const buckets = linesOf(family).filter((line) => line.suffix === "_bucket");
  return [part(family, "", "histogram", buckets), gauge("_gcount", "count"), gauge("_gsum", "sum")];
}

function linesOf(family: Family): Line[] {
  return family.samples.map((sample, position) => ({ ...namingOf(family, sample), sample: position }));
}

function namingOf({ name }: Family, sample: Sample): Omit<Line, "sample"> {
  switch (sample.kind) {
    case "value":
      return { suffix: "" };
    case "bucket":
      return { suffix: "_bucket", label: ["le", boundText(sample.upperBound)] };
    case "quantile":
      return { suffix: "", label: ["quantile", `${sample.quantile}`] };
    case "state":
      return { suffix: "", label: [name, sample.state] };
    default:
      return { suffix: `_${sample.kind}` };
  }
}

function boundText(bound: number): string {
  return bound === Infinity ? "+Inf" : `${bound}`;
}

function escapeHelp(help: string): string {
  return help.replaceAll(/[\\\n]/g, (c) => (c === "\n" ? "\\n" : "\\\\"));
}
