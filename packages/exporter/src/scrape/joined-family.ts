import type { Family, FamilySeries } from "@exporterkit/client";

/**
 * One family of the series of two that collectors made of one name. Throws if they are declared differently, or both have a
 * series of the same labels.
 */
export function joinFamilies(first: Family, second: Family): Family {
  checkDeclarations(first, second);
  const order = first.series.labelNames.map((name) => second.series.labelNames.indexOf(name));
  const series = new JoinedSeries(first.series, second.series, order);
  checkLabels(first.name, series);
  const { end } = first.series;
  return {
    ...first,
    series,
    startUnknown: true,
    volatile: first.volatile === true || second.volatile === true,
    column: undefined,
    exemplar: (slot, sample) => (slot < end ? first.exemplar?.(slot, sample) : second.exemplar?.(slot - end, sample)),
    native: first.native && ((slot) => (slot < end ? first.native!(slot) : second.native!(slot - end))),
    read: (slot, values) => (slot < end ? first.read(slot, values) : second.read(slot - end, values)),
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

function checkDeclarations(first: Family, second: Family): void {
  const differs = (what: string, a: string, b: string): Error =>
    new Error(`${first.name}: ${what} ${b}, but ${a} in another collector; make them the same, or choose another name`);
  if (first.type !== second.type) throw differs("its type is", first.type, second.type);
  if (first.unit !== second.unit) throw differs("its unit is", first.unit ?? "none", second.unit ?? "none");
  const [ofFirst, ofSecond] = [first, second].map(({ series }) => series.labelNames.toSorted().join(", ") || "none");
  if (ofFirst !== ofSecond) throw differs("its labels are", ofFirst!, ofSecond!);
  const [of, other] = [first, second].map(({ samples }) => samples.map((sample) => JSON.stringify(sample)).join(" "));
  if (of !== other) throw differs("its samples are", of!, other!);
}

function checkLabels(name: string, series: FamilySeries): void {
  const seen = new Set<string>();
  for (let slot = 0; slot < series.end; slot++) {
    if (!series.isLive(slot)) continue;
    const labels = JSON.stringify(series.labelNames.map((_, position) => series.labelValue(slot, position)));
    if (seen.has(labels)) throw new Error(`${name}: another collector has a series of the same labels`);
    seen.add(labels);
  }
}
