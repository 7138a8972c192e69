import { boundLabel } from "./bound-label.ts";
import { emptyLabelSet, labelHash, type LabelSet, SeenLabelSets } from "./label-sets.ts";
import { quoteShort } from "./parse-error.ts";
import type { ParsedExemplar, ParsedFamily, ParsedSample, ParsedType } from "./parsed-family.ts";
import { type HistogramMessage, readHistogram } from "./protobuf-histogram.ts";
import { WireReader } from "./wire.ts";

/** The values of the enumeration MetricType, and the fields of Metric that hold what a metric of each type has. */
const types: readonly (readonly [type: ParsedType, field: number])[] = [
  ["counter", 3],
  ["gauge", 2],
  ["summary", 4],
  ["unknown", 5],
  ["histogram", 7],
  ["gaugehistogram", 7],
];

interface Summary {
  readonly count: number;
  readonly sum: number;
  readonly createdSeconds: number | undefined;
  readonly quantiles: readonly (readonly [quantile: number, value: number])[];
}

interface Single {
  readonly value: number;
  readonly exemplar: ParsedExemplar | undefined;
  readonly createdSeconds: number | undefined;
}

/** Adds a sample to its metric, which may have one label more than the metric. */
type AddSample = (
  suffix: string,
  value: number,
  more?: readonly [name: string, value: string],
  extra?: Pick<ParsedSample, "exemplar" | "native">,
) => void;

/**
 * Reads delimited `io.prometheus.client.MetricFamily` messages. Classic histograms and summaries become the samples that
 * a text format has for them, created timestamps samples that end in `_created`; a native histogram stands in one sample
 * of the family's own name. Throws a `ParseError` where the bytes are no such messages or contradict themselves.
 *
 * @see https://github.com/prometheus/client_model/blob/master/io/prometheus/client/metrics.proto
 */
export function parseProtobuf(bytes: Uint8Array): ParsedFamily[] {
  const reader = new ProtobufReader(bytes);
  return reader.families();
}

class ProtobufReader {
  readonly #wire: WireReader;
  /** The hash of the labels of the metric that is being read. */
  #hash = 0;

  constructor(bytes: Uint8Array) {
    this.#wire = new WireReader(bytes);
  }

  families(): ParsedFamily[] {
    const wire = this.#wire;
    const families = new Map<string, ParsedFamily>();
    while (wire.at < wire.bytes.length) {
      const start = wire.at;
      const family = this.#family(wire.delimited());
      if (families.has(family.name)) wire.fail("each family once", quoteShort(family.name), start);
      families.set(family.name, family);
    }
    return [...families.values()];
  }

  #family(end: number): ParsedFamily {
    const wire = this.#wire;
    const start = wire.at;
    let [name, help, unit] = ["", "", ""];
    let code = 0;
    const metrics: (readonly [at: number, end: number])[] = [];
    while (wire.next(end)) {
      if (wire.field === 1) name = wire.string(end);
      else if (wire.field === 2) help = wire.string(end);
      else if (wire.field === 3) code = wire.unsigned();
      else if (wire.field === 4) {
        const metricEnd = wire.message(end);
        metrics.push([wire.at, metricEnd]);
        wire.at = metricEnd;
      } else if (wire.field === 5) unit = wire.string(end);
      else wire.skip(end);
    }
    if (name === "") wire.fail("a family with a name", "none", start);
    const type = types[code];
    if (type === undefined)
      return wire.fail(`a type of ${quoteShort(name)} from 0 to ${types.length - 1}`, String(code), start);
    const samples: ParsedSample[] = [];
    const seen = new SeenLabelSets();
    // Read last, for name and type may follow them.
    for (const [at, metricEnd] of metrics) {
      wire.at = at;
      const labels = this.#metric(metricEnd, name, type[0], type[1], samples);
      if (!seen.add(this.#hash, labels)) wire.fail("each series once", `another of ${quoteShort(name)}`, at);
    }
    wire.at = end;
    return {
      name,
      type: type[0],
      ...(help === "" ? undefined : { help }),
      ...(unit === "" ? undefined : { unit }),
      samples,
    };
  }

  #metric(end: number, name: string, type: ParsedType, valueField: number, samples: ParsedSample[]): LabelSet {
    const wire = this.#wire;
    const start = wire.at;
    const labels = emptyLabelSet();
    let timestampSeconds: number | undefined;
    let single: Single | undefined;
    let summary: Summary | undefined;
    let histogram: HistogramMessage | undefined;
    this.#hash = 0;
    while (wire.next(end)) {
      const { field } = wire;
      if (field === 1) this.#hash = (this.#hash + this.#label(wire.message(end), labels)) | 0;
      else if (field === 6) timestampSeconds = wire.signed() / 1000;
      else if (field !== valueField) wire.skip(end);
      else if (field === 4) summary = this.#summary(wire.message(end));
      else if (field === 7) {
        histogram = readHistogram(
          wire,
          wire.message(end),
          (exemplarEnd) => this.#exemplar(exemplarEnd),
          (timestampEnd) => this.#timestamp(timestampEnd),
        );
      } else single = this.#single(wire.message(end));
    }
    const sampleOf = (
      sampleName: string,
      its: LabelSet,
      value: number,
      extra?: Pick<ParsedSample, "exemplar" | "native">,
    ): ParsedSample => ({
      name: sampleName,
      labels: its,
      value,
      ...(timestampSeconds === undefined ? undefined : { timestampSeconds }),
      ...extra,
    });
    const add: AddSample = (suffix, value, more, extra) => {
      samples.push(sampleOf(name + suffix, more === undefined ? labels : withLabel(labels, more), value, extra));
    };
    const reserved = histogram === undefined ? "quantile" : "le";
    if (single === undefined && reserved in labels) {
      wire.fail(`no label ${reserved} on a ${type}`, quoteShort(name), start);
    }
    if (single !== undefined) {
      add("", single.value, undefined, withExemplar(single.exemplar));
      if (single.createdSeconds !== undefined) {
        const base = name.endsWith("_total") ? name.slice(0, -"_total".length) : name;
        samples.push(sampleOf(`${base}_created`, labels, single.createdSeconds));
      }
    } else if (summary !== undefined) {
      for (const [quantile, value] of summary.quantiles) add("", value, ["quantile", boundLabel(quantile)]);
      add("_sum", summary.sum);
      add("_count", summary.count);
      if (summary.createdSeconds !== undefined) add("_created", summary.createdSeconds);
    } else if (histogram !== undefined) {
      addHistogram(histogram, add);
    } else {
      wire.fail(`a value in a ${type} metric`, `none in ${quoteShort(name)}`, start);
    }
    return labels;
  }

  /** Reads a label into `labels` and returns its hash. */
  #label(end: number, labels: LabelSet): number {
    const wire = this.#wire;
    const start = wire.at;
    let [name, value] = ["", ""];
    while (wire.next(end)) {
      if (wire.field === 1) name = wire.string(end);
      else if (wire.field === 2) value = wire.string(end);
      else wire.skip(end);
    }
    if (name === "" || name === "__name__") wire.fail("the name of a label", quoteShort(name), start);
    if (name in labels) wire.fail("each label name once", quoteShort(name), start);
    labels[name] = value;
    return labelHash(name, value);
  }

  /** A Counter, Gauge or Untyped, which have their fields in common. */
  #single(end: number): Single {
    const wire = this.#wire;
    let value = 0;
    let exemplar: ParsedExemplar | undefined;
    let createdSeconds: number | undefined;
    while (wire.next(end)) {
      if (wire.field === 1) value = wire.double(end);
      else if (wire.field === 2) exemplar = this.#exemplar(wire.message(end));
      else if (wire.field === 3) createdSeconds = this.#timestamp(wire.message(end));
      else wire.skip(end);
    }
    return { value, exemplar, createdSeconds };
  }

  #summary(end: number): Summary {
    const wire = this.#wire;
    let [count, sum] = [0, 0];
    let createdSeconds: number | undefined;
    const quantiles: [number, number][] = [];
    while (wire.next(end)) {
      if (wire.field === 1) count = wire.unsigned();
      else if (wire.field === 2) sum = wire.double(end);
      else if (wire.field === 3) quantiles.push(this.#quantile(wire.message(end)));
      else if (wire.field === 4) createdSeconds = this.#timestamp(wire.message(end));
      else wire.skip(end);
    }
    return { count, sum, createdSeconds, quantiles };
  }

  #quantile(end: number): [quantile: number, value: number] {
    const wire = this.#wire;
    let [quantile, value] = [0, 0];
    while (wire.next(end)) {
      if (wire.field === 1) quantile = wire.double(end);
      else if (wire.field === 2) value = wire.double(end);
      else wire.skip(end);
    }
    return [quantile, value];
  }

  #exemplar(end: number): ParsedExemplar {
    const wire = this.#wire;
    const labels = emptyLabelSet();
    let value = 0;
    let timestampSeconds: number | undefined;
    while (wire.next(end)) {
      if (wire.field === 1) this.#label(wire.message(end), labels);
      else if (wire.field === 2) value = wire.double(end);
      else if (wire.field === 3) timestampSeconds = this.#timestamp(wire.message(end));
      else wire.skip(end);
    }
    return timestampSeconds === undefined ? { labels, value } : { labels, value, timestampSeconds };
  }

  #timestamp(end: number): number {
    const wire = this.#wire;
    let [seconds, nanos] = [0, 0];
    while (wire.next(end)) {
      if (wire.field === 1) seconds = wire.signed();
      else if (wire.field === 2) nanos = wire.signed();
      else wire.skip(end);
    }
    return seconds + nanos / 1e9;
  }
}

function addHistogram({ count, sum, createdSeconds, buckets, native }: HistogramMessage, add: AddSample): void {
  if (native !== undefined) {
    add("", count, undefined, { native });
    if (buckets.length === 0) return;
  }
  for (const { upperBound, cumulativeCount, exemplar } of buckets) {
    add("_bucket", cumulativeCount, ["le", boundLabel(upperBound)], withExemplar(exemplar));
  }
  // The schema lets the last bucket go without saying.
  if (buckets.at(-1)?.upperBound !== Infinity) add("_bucket", count, ["le", "+Inf"]);
  add("_sum", sum);
  add("_count", count);
  if (createdSeconds !== undefined) add("_created", createdSeconds);
}

function withExemplar(exemplar: ParsedExemplar | undefined): { exemplar: ParsedExemplar } | undefined {
  return exemplar === undefined ? undefined : { exemplar };
}

function withLabel(labels: LabelSet, [name, value]: readonly [name: string, value: string]): LabelSet {
  const all = Object.assign(emptyLabelSet(), labels);
  all[name] = value;
  return all;
}
