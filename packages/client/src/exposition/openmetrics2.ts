import type { Family, NativeHistogram, Sample } from "../family.ts";
import { createdSeconds } from "./created.ts";
import { formatCanonical, formatValue } from "./number.ts";
import type { Line, LineFormat } from "./line-format.ts";
import { escapeQuoted, exemplarText, type Naming } from "./series-text.ts";

/**
 * OpenMetrics 2.0, by its first release candidate: names as they were declared, one line for each histogram or summary,
 * native histograms in text, and start timestamps in place of `_created` lines.
 *
 * @see https://prometheus.io/docs/specs/om/open_metrics_spec_2_0/
 */
export function openMetrics2Format(naming: Naming): LineFormat {
  return {
    end: "# EOF\n",
    parts(family) {
      const { name, type, unit, help } = family;
      const metadata: [string, string][] = [["TYPE", type]];
      if (unit !== undefined) metadata.push(["UNIT", unit]);
      metadata.push(["HELP", escapeQuoted(help)]);
      return [{ name, behindUnit: "_total", metadata, lines: linesOf(family, naming) }];
    },
  };
}

function linesOf(family: Family, naming: Naming): Line[] {
  if (family.type === "stateset") {
    return family.samples.map((state, sample) => ({
      suffix: "",
      label: [family.name, state.kind === "state" ? state.state : ""],
      sample,
    }));
  }
  const sample: Line["sample"] = (current, slot, values) =>
    valueText(current, slot, values) + startText(current, slot) + exemplarsText(current, slot, naming);
  return [{ suffix: "", sample }];
}

function valueText(family: Family, slot: number, values: Float64Array): string {
  const { type, samples } = family;
  if (type !== "histogram" && type !== "gaugehistogram" && type !== "summary") return formatValue(values[0]!);
  const valueOf = (kind: Sample["kind"]): string =>
    formatValue(values[samples.findIndex((sample) => sample.kind === kind)]!);
  const prefix = type === "gaugehistogram" ? "g" : "";
  const fields = [`${prefix}count:${valueOf("count")}`, `${prefix}sum:${valueOf("sum")}`];
  const native = family.native?.(slot);
  if (native !== undefined) fields.push(...nativeFields(native));
  const points = pointsOf(samples, values);
  // The bucket +Inf alone says no more than the count does.
  if (native === undefined || points.length > 1) {
    fields.push(`${type === "summary" ? "quantile" : "bucket"}:[${points.join(",")}]`);
  }
  return `{${fields.join(",")}}`;
}

/** The buckets or quantiles, in increasing order. */
function pointsOf(samples: readonly Sample[], values: Float64Array): string[] {
  return samples
    .flatMap((sample, i) => {
      if (sample.kind === "bucket") return [{ at: sample.upperBound, value: values[i]! }];
      return sample.kind === "quantile" ? [{ at: sample.quantile, value: values[i]! }] : [];
    })
    .toSorted((a, b) => a.at - b.at)
    .map(({ at, value }) => `${formatCanonical(at)}:${formatValue(value)}`);
}

function nativeFields({ schema, zeroThreshold, zeroCount, negative, positive }: NativeHistogram): string[] {
  return [
    `schema:${schema}`,
    `zero_threshold:${formatValue(zeroThreshold)}`,
    `zero_count:${zeroCount}`,
    ...bucketFields("negative", negative),
    ...bucketFields("positive", positive),
  ];
}

/** Spans of adjacent buckets, the first with its index and those that follow with their gap, and then all counts. */
function bucketFields(sign: string, buckets: NativeHistogram["positive"]): string[] {
  if (buckets.length === 0) return [];
  const spans: { offset: number; length: number }[] = [];
  let next = 0;
  for (const [index] of buckets) {
    const span = spans.at(-1);
    if (span !== undefined && index === next) span.length++;
    else spans.push({ offset: index - next, length: 1 });
    next = index + 1;
  }
  return [
    `${sign}_spans:[${spans.map(({ offset, length }) => `${offset}:${length}`).join(",")}]`,
    `${sign}_buckets:[${buckets.map(([, count]) => count).join(",")}]`,
  ];
}

const typesWithStart: ReadonlySet<Family["type"]> = new Set(["counter", "histogram", "summary"]);

function startText(family: Family, slot: number): string {
  const seconds = createdSeconds(family, slot);
  return typesWithStart.has(family.type) && !Number.isNaN(seconds) ? ` st@${seconds.toFixed(3)}` : "";
}

function exemplarsText(family: Family, slot: number, naming: Naming): string {
  const exemplars = family.samples.map((_, i) => family.exemplar?.(slot, i));
  return exemplars.map((exemplar) => (exemplar === undefined ? "" : exemplarText(exemplar, naming))).join("");
}
