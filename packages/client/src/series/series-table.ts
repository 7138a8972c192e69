import type { FamilySeries, SeriesTracking } from "../family.ts";
import { MetricsError } from "../metrics-error.ts";
import { absentLabel } from "./absent-label.ts";
import type { ColumnSharing } from "./column-sharing.ts";
import { LabelIndex } from "./label-index.ts";
import type { LabelObject } from "./labels.ts";
import { ReaderMarks } from "./reader-marks.ts";

/** How many slots there are at first. A multiple of four, as every later capacity then is: see `FamilySeries.tracking`. */
const initialCapacity = 4;

/** How a table behaves. */
export interface SeriesTableOptions {
  /** How many series there may be at most; what comes beyond goes to one overflow series. Default: any number. */
  readonly maxSeries?: number | undefined;
  /** How many buckets the native histogram of a series may have. Default: 0, there are none, or any number. */
  readonly maxNativeBuckets?: number | undefined;
  /** Told the slot of each series that is removed. */
  readonly onRemove?: ((slot: number) => void) | undefined;
}

/** What stands in every label of the series that takes the updates beyond a table's limit. */
export const overflowValue = "other";

/**
 * The series of one metric family: an index finds the slot of a label set, and the numbers of all slots lie in one
 * `Float64Array`, `width` of them to a slot.
 */
export class SeriesTable implements FamilySeries, SeriesTracking {
  readonly metricName: string;
  readonly labelNames: readonly string[];
  /** How many numbers a series has. */
  readonly width: number;
  /** How many buckets the native histogram of a series may have; 0 where there are none, or any number. */
  readonly maxNativeBuckets: number;
  /**
   * Numbers of the series in slot `s`: `values[s * width]` and the `width - 1` that follow. Another array when it grows,
   * or when the columns move into shared memory.
   */
  values: Float64Array;
  /** When the series in a slot was created, in seconds since the Unix epoch. */
  created: Float64Array;
  /** Who has not seen a slot's numbers: whoever writes them sets it to 255. */
  dirty: Uint8Array;
  replaced: Uint8Array;
  /** Goes up whenever a series is removed: a slot found under an earlier epoch must be looked up again. */
  epoch = 0;

  readonly #index: LabelIndex;
  readonly #readers = new ReaderMarks();
  #live: Uint8Array;
  #free: number[] = [];
  #end = 0;
  readonly #options: SeriesTableOptions;
  #overflowed = 0;
  #sharing: ColumnSharing | undefined;

  constructor(metricName: string, labelNames: readonly string[], width: number, options: SeriesTableOptions = {}) {
    this.metricName = metricName;
    this.labelNames = labelNames;
    this.width = width;
    this.maxNativeBuckets = options.maxNativeBuckets ?? 0;
    this.#options = options;
    this.#index = new LabelIndex(labelNames);
    this.values = new Float64Array((labelNames.length === 0 ? 1 : initialCapacity) * width);
    this.created = new Float64Array(initialCapacity);
    this.dirty = new Uint8Array(initialCapacity);
    this.replaced = new Uint8Array(initialCapacity);
    this.#live = new Uint8Array(initialCapacity);
  }

  get tracking(): SeriesTracking {
    return this;
  }

  /** One past the highest slot that was ever in use. */
  get end(): number {
    return this.#end;
  }

  /** How many series there are. */
  get size(): number {
    return this.#end - this.#free.length;
  }

  /** How often a label set went to the overflow series because the table was full. */
  get overflowed(): number {
    return this.#overflowed;
  }

  /** Adds to the first number of a series. */
  add(slot: number, amount: number): void {
    this.values[slot * this.width]! += amount;
    this.dirty[slot] = 255;
  }

  /** Sets the first number of a series. */
  set(slot: number, value: number): void {
    this.values[slot * this.width] = value;
    this.dirty[slot] = 255;
  }

  /** Replaces all numbers of a series: whoever reads along sees those before or those after. */
  replace(slot: number, numbers: ArrayLike<number>): void {
    this.#sharing?.rewriting(slot);
    this.values.set(numbers, slot * this.width);
    this.#sharing?.rewritten(slot);
    this.dirty[slot] = 255;
  }

  /** Starts a series again from zero, as of `createdSeconds`. */
  restart(slot: number, createdSeconds: number): void {
    this.#sharing?.leaving(slot);
    this.values.fill(0, slot * this.width, (slot + 1) * this.width);
    this.created[slot] = createdSeconds;
    this.dirty[slot] = 255;
    this.#sharing?.came(slot, this.#labelValuesOf(slot));
  }

  /** Has `sharing` told of what becomes of the columns, which it may replace; nobody if it is undefined. */
  share(sharing: ColumnSharing | undefined): void {
    this.#sharing = sharing;
    sharing?.grow(this.#live.length);
    for (let slot = 0; slot < this.#end; slot++) {
      if (this.isLive(slot)) this.#sharing?.came(slot, this.#labelValuesOf(slot));
    }
  }

  isLive(slot: number): boolean {
    return this.#live[slot] === 1;
  }

  createdSeconds(slot: number): number {
    return this.created[slot]!;
  }

  /** The value of the label at `position` in `labelNames`, of a live slot. */
  labelValue(slot: number, position: number): string {
    return this.#index.valueAt(slot, position);
  }

  claim(reader: object): number {
    return this.#readers.claim(reader);
  }

  holds(reader: object, mark: number): boolean {
    return this.#readers.holds(reader, mark);
  }

  /** The slot of the series with these labels; the series is created, all zeros, where there is none. */
  slotOf(labels: LabelObject): number {
    const names = this.labelNames;
    let given = 0;
    for (const _ in labels) given++;
    // Inherited properties are counted too, which is rare and found out here.
    if (given !== names.length && Object.keys(labels).length !== names.length) this.#refuse(labels);
    if (names.length === 0) return this.slotOfNoLabels();
    const slot = this.#index.findLabels(labels, this.#textOf);
    return slot >= 0 ? slot : this.#create(names.map((name) => this.#text(labels[name], labels).toWellFormed()));
  }

  /**
   * The slot of the series with these labels, and no others; -1 where there is none, or where a label was not declared or is
   * `undefined`.
   */
  findLabels(labels: LabelObject): number {
    const names = this.labelNames;
    let given = 0;
    for (const _ in labels) given++;
    if (given === names.length) {
      if (given === 0) return this.#live[0] === 1 ? 0 : -1;
      return this.#index.findLabels(labels, textOf);
    }
    let declared = 0;
    for (const name of names) if (labels[name] !== undefined) declared++;
    return declared === given ? this.#index.findLabels(labels, textOrAbsent) : -1;
  }

  /** The slot of the series with these label values, in the order of `labelNames`; created where there is none. */
  slotOfValues(values: readonly string[]): number {
    return this.find(values) ?? this.#create(values);
  }

  /** The slot of the one series of a metric that has no labels. */
  slotOfNoLabels(): number {
    if (this.labelNames.length > 0) this.#refuse({});
    return this.#live[0] === 1 ? 0 : this.#create([]);
  }

  /**
   * Label values in the order of `labelNames`, as strings, from what a caller gave: one object, or the values themselves.
   */
  labelValues(given: readonly unknown[]): string[] {
    const first = given[0];
    if (given.length === 1 && typeof first === "object" && first !== null) {
      const labels = first as LabelObject;
      if (Object.keys(labels).length !== this.labelNames.length) this.#refuse(labels);
      return this.labelNames.map((name) => this.#text(labels[name], labels).toWellFormed());
    }
    if (given.length !== this.labelNames.length) {
      throw new MetricsError(
        "invalid_labels",
        `${this.metricName}: got ${given.length} label values, but it has ${this.#namesInWords()}.`,
      );
    }
    return given.map((value, i) => this.#text(value, { [this.labelNames[i]!]: value }).toWellFormed());
  }

  /** Removes one series. Returns false where there was none. */
  remove(values: readonly string[]): boolean {
    const slot = this.find(values);
    if (slot === undefined) return false;
    this.removeSlot(slot);
    return true;
  }

  /** Removes the series in a slot. */
  removeSlot(slot: number): void {
    this.#sharing?.leaving(slot);
    if (this.labelNames.length > 0) this.#index.remove(slot);
    this.values.fill(0, slot * this.width, (slot + 1) * this.width);
    this.#live[slot] = 0;
    this.dirty[slot] = 255;
    this.replaced[slot] = 255;
    this.#free.push(slot);
    this.epoch++;
    this.#options.onRemove?.(slot);
  }

  /** Removes the series that have all of these label values, and returns how many there were. */
  removeMatching(labels: LabelObject): number {
    const wanted = Object.entries(labels).map(([name, value]) => {
      const position = this.labelNames.indexOf(name);
      if (position < 0) throw this.#labelsError([undeclared(name)]);
      return { position, value: this.#text(value, labels).toWellFormed() };
    });
    let removed = 0;
    for (let slot = 0; slot < this.#end; slot++) {
      if (!this.isLive(slot)) continue;
      if (wanted.some(({ position, value }) => this.labelValue(slot, position) !== value)) continue;
      this.removeSlot(slot);
      removed++;
    }
    return removed;
  }

  /** Removes every series. */
  clear(): void {
    for (let slot = 0; slot < this.#end; slot++) {
      if (!this.isLive(slot)) continue;
      this.#sharing?.leaving(slot);
      this.#options.onRemove?.(slot);
    }
    this.#index.clear();
    this.#live.fill(0);
    this.values.fill(0);
    this.dirty.fill(255, 0, this.#end);
    this.replaced.fill(255, 0, this.#end);
    this.#free = [];
    this.#end = 0;
    this.epoch++;
  }

  /** The slot of the series with these label values, if there is one. */
  find(values: readonly string[]): number | undefined {
    if (values.length === 0) return this.#live[0] === 1 ? 0 : undefined;
    const slot = this.#index.find(values);
    return slot < 0 ? undefined : slot;
  }

  #create(given: readonly string[]): number {
    // Text that is not well-formed Unicode would reach the wire as U+FFFD and could there equal another series.
    const values = given.map((value) => (value === absentLabel ? value : value.toWellFormed()));
    const existing = this.find(values);
    if (existing !== undefined) return existing;
    const { maxSeries } = this.#options;
    if (maxSeries !== undefined && !values.every((value) => value === overflowValue)) {
      const overflow = values.map(() => overflowValue);
      const beside = this.find(overflow) === undefined ? 0 : 1;
      if (this.size - beside >= maxSeries) {
        this.#overflowed++;
        return this.slotOfValues(overflow);
      }
    }

    const slot = this.#free.pop() ?? this.#end++;
    if (slot >= this.#live.length) this.#grow();
    if (values.length > 0) this.#index.add(slot, values);
    this.#live[slot] = 1;
    this.created[slot] = Date.now() / 1000;
    this.dirty[slot] = 255;
    this.replaced[slot] = 255;
    this.#sharing?.came(slot, values);
    return slot;
  }

  #grow(): void {
    const capacity = this.#live.length * 2;
    if (this.#sharing === undefined) {
      this.values = grown(this.values, new Float64Array(capacity * this.width));
      this.created = grown(this.created, new Float64Array(capacity));
    } else {
      this.#sharing.grow(capacity);
    }
    this.dirty = grown(this.dirty, new Uint8Array(capacity));
    this.replaced = grown(this.replaced, new Uint8Array(capacity));
    this.#live = grown(this.#live, new Uint8Array(capacity));
  }

  #labelValuesOf(slot: number): string[] {
    return this.labelNames.map((_, position) => this.labelValue(slot, position));
  }

  readonly #textOf = (value: unknown, labels: LabelObject): string => this.#text(value, labels);

  #text(value: unknown, labels: LabelObject): string {
    if (value === undefined || value === null || typeof value === "function") this.#refuse(labels);
    return String(value);
  }

  #refuse(labels: LabelObject): never {
    const unknown = Object.keys(labels).filter((name) => !this.labelNames.includes(name));
    const missing = this.labelNames.filter((name) => !Object.hasOwn(labels, name) || labels[name] == null);
    const faults = [...unknown.map(undeclared), ...missing.map((name) => `label "${name}" is missing`)];
    throw this.#labelsError(faults);
  }

  #labelsError(faults: readonly string[]): MetricsError {
    return new MetricsError(
      "invalid_labels",
      `${this.metricName}: ${faults.join(", ") || "the labels are not usable"}; it has ${this.#namesInWords()}.`,
    );
  }

  #namesInWords(): string {
    return this.labelNames.length === 0 ? "no labels" : `the labels ${this.labelNames.join(", ")}`;
  }
}

/** No series has the label value that this gives for a label that is missing. */
function textOf(value: unknown): string {
  return value === undefined ? absentLabel : String(value);
}

function textOrAbsent(value: unknown): string | undefined {
  return value === undefined ? undefined : String(value);
}

function undeclared(name: string): string {
  return `label "${name}" was not declared`;
}

function grown<Column extends Float64Array | Uint8Array>(from: Column, to: Column): Column {
  to.set(from);
  return to;
}
