import type { FamilyDescription } from "../parallel/family-description.ts";
import type { Report } from "../parallel/report.ts";
import { LabelIndex } from "../series/label-index.ts";
import type { RowKind } from "./messages.ts";
import { NativeRow } from "./native-row.ts";
import { Sheet } from "./sheet.ts";

/** How often a slot is read again that changes meanwhile, before what was taken last stands for it. */
const mostAttempts = 100;
/** How many slots are looked at before others may have a turn. */
const slotsInARow = 64;

/** A family of another thread, read where that thread keeps it: what changed since the last time is told. */
export class SharedFamily {
  readonly description: FamilyDescription;
  readonly #id: number;
  readonly #kind: RowKind;
  #sheet: Sheet;
  /** By slot, the birth of the series that was told; 0 where none was. */
  #births = new Int32Array();
  /** The numbers that were taken last, as they stand in the sheet. */
  #rows = new Float64Array();
  /** The slots of the series that were told, by their labels; undefined where there are none. */
  readonly #index: LabelIndex | undefined;
  readonly #row: Float64Array;
  readonly #samples: Float64Array;
  readonly #native: NativeRow | undefined;
  #isRemoved = false;

  constructor(id: number, description: FamilyDescription, kind: RowKind, sheet: SharedArrayBuffer) {
    this.#id = id;
    this.description = description;
    this.#kind = kind;
    this.#sheet = new Sheet(sheet);
    this.#index = description.labelNames.length === 0 ? undefined : new LabelIndex(description.labelNames);
    this.#row = new Float64Array(this.#sheet.width);
    this.#samples = new Float64Array(description.samples.length);
    this.#native = description.native ? new NativeRow(this.#sheet.nativeWidth) : undefined;
    this.move(sheet);
  }

  /** The family has moved to another sheet. */
  move(buffer: SharedArrayBuffer): void {
    const sheet = (this.#sheet = new Sheet(buffer));
    if (sheet.capacity <= this.#births.length) return;
    const births = new Int32Array(sheet.capacity);
    births.set(this.#births);
    this.#births = births;
    const rows = new Float64Array(sheet.capacity * sheet.width);
    rows.set(this.#rows);
    this.#rows = rows;
  }

  /** The family is no more: nothing of it is told from now on. */
  remove(): void {
    this.#isRemoved = true;
  }

  /** Tells what changed, and yields now and then. `isFinal` says that nobody writes any more. */
  *take(report: Report, isFinal: boolean): Generator<void> {
    // What has gone is told first, lest a series that moved be in two slots.
    for (const isComing of [false, true]) {
      for (let first = 0; first < this.#sheet.end; first += slotsInARow) {
        const end = Math.min(first + slotsInARow, this.#sheet.end);
        if (isComing) this.#takeChanged(first, end, report, isFinal);
        else this.#forgetGone(first, end, report);
        yield;
        if (this.#isRemoved) return;
      }
    }
  }

  #forgetGone(first: number, end: number, report: Report): void {
    const { births } = this.#sheet;
    const known = this.#births;
    for (let slot = first; slot < end; slot++) {
      if (known[slot] !== births[slot] && known[slot] !== 0) this.#forget(slot, report);
    }
  }

  #takeChanged(first: number, end: number, report: Report, isFinal: boolean): void {
    const { births, values, width } = this.#sheet;
    const known = this.#births;
    for (let slot = first; slot < end; slot++) {
      if (births[slot] === known[slot]) {
        if (known[slot] === 0 || isSame(values, this.#rows, slot * width, width)) continue;
      }
      this.#takeSlot(slot, report, isFinal);
    }
  }

  /** Takes a slot in which something is new, unless it does not keep still. */
  #takeSlot(slot: number, report: Report, isFinal: boolean): void {
    const sheet = this.#sheet;
    const { stamps, births, created, texts, values, natives, width } = sheet;
    const row = this.#row;
    for (let attempt = 0; attempt < mostAttempts; attempt++) {
      const stamp = Atomics.load(stamps, slot);
      if ((stamp & 1) !== 0 && !isFinal) continue;
      const birth = Atomics.load(births, slot);
      const createdSeconds = created[slot]!;
      const textAt = texts[slot]!;
      for (let i = 0; i < width; i++) row[i] = values[slot * width + i]!;
      // Unlike a load, it is done after those above and before those below.
      if (Atomics.add(stamps, slot, 0) !== stamp) continue;
      if (this.#native?.read(natives, slot) === false) continue;
      if (this.#native !== undefined && Atomics.add(stamps, slot, 0) !== stamp) continue;
      if (birth !== this.#births[slot]) {
        if (this.#births[slot] !== 0) this.#forget(slot, report);
        if (birth !== 0) this.#begin(slot, birth, sheet.readText(textAt, this.#labels), createdSeconds, report);
      }
      if (birth !== 0) this.#tell(slot, report);
      return;
    }
  }

  #begin(slot: number, birth: number, labelValues: readonly string[], createdSeconds: number, report: Report): void {
    // It was removed, and came again in another slot, since that slot was looked at.
    const before = this.#index?.find(labelValues) ?? -1;
    if (before >= 0) this.#forget(before, report);
    this.#index?.add(slot, labelValues);
    this.#births[slot] = birth;
    report.series(this.#id, slot, labelValues, createdSeconds);
  }

  get #labels(): number {
    return this.description.labelNames.length;
  }

  #forget(slot: number, report: Report): void {
    this.#index?.remove(slot);
    this.#births[slot] = 0;
    const { width } = this.#sheet;
    this.#rows.fill(0, slot * width, (slot + 1) * width);
    report.removeSeries(this.#id, slot);
  }

  #tell(slot: number, report: Report): void {
    const row = this.#row;
    const width = row.length;
    // An info is seen before it is set.
    if (this.description.type === "info") row[0] = 1;
    let isChanged = false;
    for (let i = 0, at = slot * width; i < width; i++, at++) {
      if (Object.is(row[i], this.#rows[at])) continue;
      this.#rows[at] = row[i]!;
      isChanged = true;
    }
    if (!isChanged) return;
    const values = this.#kind === "buckets" ? this.#cumulated() : row;
    report.row(this.#id, slot, values, 0, this.#native?.histogram(row[width - 1]!));
  }

  /** Cumulative buckets, sum and count, from what fell into each bucket alone and the sum. */
  #cumulated(): Float64Array {
    const samples = this.#samples;
    const row = this.#row;
    const last = row.length - 2;
    let total = 0;
    for (let i = 0; i <= last; i++) samples[i] = total += row[i]!;
    if (this.#native !== undefined) {
      // An observation is among the native buckets first, and all that is told has to have one count.
      total = this.#native.count;
      for (let i = 0; i < last; i++) samples[i] = Math.min(samples[i]!, total);
      samples[last] = total;
    }
    samples[last + 1] = row[last + 1]!;
    samples[last + 2] = total;
    return samples;
  }
}

function isSame(values: Float64Array, rows: Float64Array, start: number, width: number): boolean {
  for (let i = start; i < start + width; i++) {
    const value = values[i]!;
    const last = rows[i]!;
    if (value !== last && !(Number.isNaN(value) && Number.isNaN(last))) return false;
  }
  return true;
}
