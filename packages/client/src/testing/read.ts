import type { ParsedExemplar, ParsedFamily, ParsedNativeHistogram, ParsedSample } from "../parse/index.ts";
import type { Registry } from "../registry.ts";
import type { LabelValue } from "../series/labels.ts";
import { boundLabelOf, boundOf } from "./bound-labels.ts";
import { exposedFamilies, protobufMediaType, textMediaType } from "./exposed-families.ts";

/**
 * All labels of one series, default labels among them, in any order. `le` of a histogram and `quantile` of a summary are
 * compared as numbers: `1`, `"1"` and `"1.0"` are the same, and so are `Infinity` and `"+Inf"`.
 */
export type SeriesLabels = Readonly<Record<string, LabelValue>>;

/**
 * Collects a registry and returns the value of one sample; undefined where it exposes none of that name with exactly
 * these labels.
 *
 * ```ts
 * expect(await readValue(registry, "http_requests_total", { method: "GET" })).toBe(1);
 * expect(await readValue(registry, "http_request_duration_seconds_bucket", { method: "GET", le: 0.5 })).toBe(1);
 * ```
 *
 * @param name The sample's name in text: that of a histogram or summary has `_bucket`, `_sum` or `_count`.
 * @param labels Default: none.
 */
export async function readValue(
  registry: Registry,
  name: string,
  labels: SeriesLabels = {},
): Promise<number | undefined> {
  return find(await exposedFamilies(registry, textMediaType, [name]), name, labels)?.value;
}

/**
 * Collects a registry and returns its samples as Prometheus reads them from text, in the order in which they stand there.
 *
 * @param name A metric's name, for all its samples, or a sample's, such as `http_request_duration_seconds_count`.
 *   Default: the samples of every metric.
 */
export async function readSamples(registry: Registry, name?: string): Promise<ParsedSample[]> {
  const families = await exposedFamilies(registry, textMediaType, name === undefined ? [] : [name]);
  const samples = families.flatMap((family) => family.samples);
  if (name === undefined) return samples;
  const names = new Set(sampleSuffixes.map((suffix) => name + suffix));
  return samples.filter((sample) => names.has(sample.name));
}

const sampleSuffixes = ["", "_bucket", "_sum", "_count", "_gsum", "_gcount"];

/**
 * Collects a registry and returns one series of a native histogram, as Prometheus reads it from protobuf; undefined where
 * it exposes none of that name with exactly these labels.
 *
 * ```ts
 * expect(await readNativeHistogram(registry, "job_duration_seconds")).toMatchObject({ count: 1, positive: [[8, 1]] });
 * ```
 *
 * @param labels Default: none.
 */
export async function readNativeHistogram(
  registry: Registry,
  name: string,
  labels: SeriesLabels = {},
): Promise<ParsedNativeHistogram | undefined> {
  return find(await exposedFamilies(registry, protobufMediaType, [name]), name, labels)?.native;
}

/**
 * Collects a registry and returns the exemplar of one sample; undefined where there is no such sample or it has none.
 *
 * @param name A counter's name, or that of a histogram's buckets, with `_bucket`.
 * @param labels Default: none.
 */
export async function readExemplar(
  registry: Registry,
  name: string,
  labels: SeriesLabels = {},
): Promise<ParsedExemplar | undefined> {
  return find(await exposedFamilies(registry, protobufMediaType, [name]), name, labels)?.exemplar;
}

function find(families: readonly ParsedFamily[], name: string, labels: SeriesLabels): ParsedSample | undefined {
  for (const family of families) {
    const bound = boundLabelOf(family.type);
    const found = family.samples.find((sample) => sample.name === name && sameLabels(sample.labels, labels, bound));
    if (found !== undefined) return found;
  }
  return undefined;
}

function sameLabels(exposed: ParsedSample["labels"], given: SeriesLabels, bound: string | undefined): boolean {
  const entries = Object.entries(given);
  if (entries.length !== Object.keys(exposed).length) return false;
  return entries.every(([name, value]) => {
    const text = exposed[name];
    if (text === undefined) return false;
    return text === String(value) || (name === bound && boundOf(text) === boundOf(String(value)));
  });
}
