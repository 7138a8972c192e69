import type { Family, FamilySeries } from "@exporterkit/client";

/**
 * A family as it is now, while lines go on to be counted in the metric: what a scrape tells is then exactly what had been read up
 * to one place. The label values are those of the metric, whose series go only between scrapes.
 */
export function snapshotOf(family: Family): Family {
  const { series, samples } = family;
  // What a native histogram has in its buckets is read where it is; its count must be that of the same moment.
  if (family.native !== undefined) return family;
  const { end, epoch } = series;
  const width = samples.length;
  const values = new Float64Array(end * width);
  for (let slot = 0; slot < end; slot++) {
    if (series.isLive(slot)) family.read(slot, values.subarray(slot * width, (slot + 1) * width));
  }
  return {
    ...family,
    column: undefined,
    exemplar: undefined,
    series: new SnapshotSeries(series, end),
    read(slot, into) {
      if (series.epoch !== epoch) return family.read(slot, into);
      for (let i = 0; i < width; i++) into[i] = values[slot * width + i]!;
    },
  };
}

class SnapshotSeries implements FamilySeries {
  readonly labelNames: readonly string[];
  readonly end: number;
  readonly overflowed: number;
  readonly #series: FamilySeries;

  constructor(series: FamilySeries, end: number) {
    this.#series = series;
    this.labelNames = series.labelNames;
    this.end = end;
    this.overflowed = series.overflowed;
  }

  get epoch(): number {
    return this.#series.epoch;
  }

  isLive(slot: number): boolean {
    return this.#series.isLive(slot);
  }

  labelValue(slot: number, position: number): string {
    return this.#series.labelValue(slot, position);
  }

  createdSeconds(slot: number): number {
    return this.#series.createdSeconds(slot);
  }
}
