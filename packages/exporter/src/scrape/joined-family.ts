import type { Family, FamilySeries, Sample } from "@exporterkit/client";

/**
 * One family of the series of two that collectors made of one name. Where histograms have different buckets, each gets those of
 * the other, with what is known of them: the count of the bucket below. Throws if they are declared differently, or both have a
 * series of the same labels.
 */
export function joinFamilies(first: Family, second: Family): Family {
  checkDeclarations(first, second);
  const order = first.series.labelNames.map((name) => second.series.labelNames.indexOf(name));
  const series = new JoinedSeries(first.series, second.series, order);
  checkLabels(first.name, series);
  const { end } = first.series;
  const samples = joinedSamples(first, second);
  return {
    ...first,
    ...joinedValues(withSamples(first, samples), withSamples(second, samples), end),
    samples,
    series,
    startUnknown: true,
    volatile: first.volatile === true || second.volatile === true,
    column: undefined,
    native: first.native && ((slot) => (slot < end ? first.native!(slot) : second.native!(slot - end))),
  };
}

/** What is read of the series of a family. */
type Values = Pick<Family, "read" | "exemplar">;

/** The values of the second behind those of the first, which has its slots up to `end`. */
function joinedValues(first: Values, second: Values, end: number): Values {
  return {
    exemplar: (slot, sample) => (slot < end ? first.exemplar?.(slot, sample) : second.exemplar?.(slot - end, sample)),
    read: (slot, values) => (slot < end ? first.read(slot, values) : second.read(slot - end, values)),
  };
}

/** The samples of both. Throws where they are not the same, unless it is the buckets of histograms that differ. */
function joinedSamples(first: Family, second: Family): readonly Sample[] {
  const [of, other] = [first, second].map(({ samples }) => samples.map((sample) => JSON.stringify(sample)).join(" "));
  if (of === other) return first.samples;
  const isClassic = first.native === undefined && second.native === undefined;
  if (first.type !== "histogram" || !isClassic) throw differs(first, "its samples are", of!, other!);
  const bounds = [first, second].flatMap(({ samples }) => samples.map((sample) => boundOf(sample)));
  const buckets = [...new Set(bounds)].filter((bound) => bound !== undefined).toSorted((a, b) => a - b);
  const rest = [...first.samples, ...second.samples].filter(({ kind }) => kind !== "bucket");
  const others = new Map(rest.map((sample) => [sample.kind, sample]));
  return [...buckets.map((upperBound): Sample => ({ kind: "bucket", upperBound })), ...others.values()];
}

function boundOf(sample: Sample): number | undefined {
  return sample.kind === "bucket" ? sample.upperBound : undefined;
}

/** The values of a family, each at its place among those of more samples. */
function withSamples(family: Family, samples: readonly Sample[]): Values {
  if (family.samples === samples) return family;
  const own = samples.map((sample) =>
    family.samples.findIndex((each) => each.kind === sample.kind && boundOf(each) === boundOf(sample)),
  );
  const read = new Float64Array(family.samples.length);
  return {
    exemplar: (slot, sample) => (own[sample] === -1 ? undefined : family.exemplar?.(slot, own[sample]!)),
    read(slot, values) {
      family.read(slot, read);
      let below = 0;
      for (const [i, index] of own.entries()) {
        const isBucket = samples[i]!.kind === "bucket";
        values[i] = index === -1 ? (isBucket ? below : NaN) : read[index]!;
        if (isBucket) below = values[i]!;
      }
    },
  };
}

/** The series of the second behind those of the first. */
class JoinedSeries implements FamilySeries {
  readonly labelNames: readonly string[];
  readonly end: number;
  readonly epoch: number;
  readonly overflowed: number;
  readonly #first: FamilySeries;
  readonly #second: FamilySeries;
  readonly #order: readonly number[];

  /** `order` has, for each label of the first, its position among those of the second. */
  constructor(first: FamilySeries, second: FamilySeries, order: readonly number[]) {
    this.labelNames = first.labelNames;
    this.end = first.end + second.end;
    this.epoch = first.epoch + second.epoch;
    this.overflowed = first.overflowed + second.overflowed;
    this.#first = first;
    this.#second = second;
    this.#order = order;
  }

  isLive(slot: number): boolean {
    const { end } = this.#first;
    return slot < end ? this.#first.isLive(slot) : this.#second.isLive(slot - end);
  }

  labelValue(slot: number, position: number): string {
    const { end } = this.#first;
    return slot < end
      ? this.#first.labelValue(slot, position)
      : this.#second.labelValue(slot - end, this.#order[position]!);
  }

  createdSeconds(slot: number): number {
    const { end } = this.#first;
    return slot < end ? this.#first.createdSeconds(slot) : this.#second.createdSeconds(slot - end);
  }
}

function differs({ name }: Family, what: string, a: string, b: string): Error {
  return new Error(`${name}: ${what} ${b}, but ${a} in another collector; make them the same, or choose another name`);
}

function checkDeclarations(first: Family, second: Family): void {
  if (first.type !== second.type) throw differs(first, "its type is", first.type, second.type);
  if (first.unit !== second.unit) throw differs(first, "its unit is", first.unit ?? "none", second.unit ?? "none");
  const [ofFirst, ofSecond] = [first, second].map(({ series }) => series.labelNames.toSorted().join(", ") || "none");
  if (ofFirst !== ofSecond) throw differs(first, "its labels are", ofFirst!, ofSecond!);
}

function checkLabels(name: string, series: FamilySeries): void {
  const seen = new Set<string>();
  for (let slot = 0; slot < series.end; slot++) {
    if (!series.isLive(slot)) continue;
    const labels = JSON.stringify(series.labelNames.map((_, position) => series.labelValue(slot, position)));
    if (seen.has(labels)) throw sameSeriesError(name);
    seen.add(labels);
  }
}

function sameSeriesError(name: string): Error {
  const remedy = "give it other labels, or choose another name";
  return new Error(`${name}: another collector has a series of the same labels; ${remedy}`);
}
