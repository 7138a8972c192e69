import type { Family, Sample } from "../family.ts";
import type { Line, LineFormat } from "./line-format.ts";
import { formatCanonical } from "./number.ts";
import { escapeQuoted } from "./series-text.ts";

/**
 * OpenMetrics 1.0. With `created`, the series of counters, histograms and summaries have a `_created` line.
 *
 * @see https://prometheus.io/docs/specs/om/open_metrics_spec/
 */
export function openMetricsFormat(created: boolean): LineFormat {
  return {
    end: "# EOF\n",
    parts(family) {
      const { name } = family;
      const { type, suffix } = shownAs(family);
      const lines = family.samples.flatMap((sample, position) => lineOf(family, type, sample, position));
      if (created && createdTypes.has(type)) lines.push({ suffix: "_created", sample: "created" });
      const metadata: [string, string][] = [["TYPE", type]];
      if (family.unit !== undefined) metadata.push(["UNIT", family.unit]);
      metadata.push(["HELP", escapeQuoted(family.help)]);
      return [{ name, suffix, metadata, lines }];
    },
  };
}

const createdTypes: ReadonlySet<string> = new Set(["counter", "histogram", "summary"]);

/**
 * The family's type, and the suffix that its name lacks in the metadata. A counter that was declared without `_total` goes
 * out as unknown, so that its series has the same name in every format.
 */
function shownAs({ name, type }: Family): { type: string; suffix: string } {
  if (type === "info") return { type, suffix: "_info" };
  if (type !== "counter") return { type, suffix: "" };
  return /._total$/.test(name) ? { type, suffix: "_total" } : { type: "unknown", suffix: "" };
}

function lineOf(family: Family, type: string, sample: Sample, position: number): Line[] {
  const line = { sample: position };
  switch (sample.kind) {
    case "value":
      return [{ ...line, suffix: valueSuffixes[type] ?? "", exemplar: type === "counter" }];
    case "bucket":
      return [{ ...line, suffix: "_bucket", label: ["le", formatCanonical(sample.upperBound)], exemplar: true }];
    case "quantile":
      return [{ ...line, suffix: "", label: ["quantile", formatCanonical(sample.quantile)] }];
    case "state":
      return [{ ...line, suffix: "", label: [family.name, sample.state] }];
    default:
      if (type === "gaugehistogram") return [{ ...line, suffix: `_g${sample.kind}` }];
      // The sum of observations below zero can fall, which that of a histogram may not, and a count needs a sum.
      return type === "histogram" && hasNegativeBuckets(family) ? [] : [{ ...line, suffix: `_${sample.kind}` }];
  }
}

const valueSuffixes: Readonly<Record<string, string>> = { counter: "_total", info: "_info" };

function hasNegativeBuckets({ samples }: Family): boolean {
  return samples.some((sample) => sample.kind === "bucket" && sample.upperBound < 0);
}
