import type { GivenLabels, LabelledSeries } from "./labelled-series.ts";

/** One series, found at its first use and again after a removal, and then reached by its slot. */
export class BoundSlot {
  readonly #series: LabelledSeries;
  readonly #labels: GivenLabels;
  #slot = 0;
  #epoch = -1;

  constructor(series: LabelledSeries, labels: GivenLabels) {
    this.#series = series;
    this.#labels = labels;
  }

  /** The slot of the series, which comes into being where there is none. */
  get(): number {
    return this.#epoch === this.#series.table.epoch ? this.#slot : this.#find();
  }

  #find(): number {
    this.#slot = this.#series.slotOf(this.#labels);
    this.#epoch = this.#series.table.epoch;
    return this.#slot;
  }
}
