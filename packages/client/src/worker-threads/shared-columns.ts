import type { ColumnSharing } from "../series/column-sharing.ts";
import type { SeriesTable } from "../series/series-table.ts";
import { shareNatives } from "../metrics/observations.ts";
import type { SharedMemory } from "./shared-memory.ts";
import { nativeWidthOf, SharedNatives } from "./shared-natives.ts";
import { type Sheet, textLength } from "./sheet.ts";

/** Room for text that a table with labels has at least: series that come and go use it up, and a new sheet is told each time. */
const leastTextBytes = 1 << 14;

const shared = new WeakMap<SeriesTable, SharedColumns>();

/** Keeps the columns of a table in a sheet that other threads read. */
export class SharedColumns implements ColumnSharing {
  readonly #table: SeriesTable;
  readonly #memory: SharedMemory;
  #sheet: Sheet;
  #textEnd = 0;
  /** How much of the text belongs to series that are there. */
  #textInUse = 0;
  /** By slot, the length of the text. */
  readonly #lengths: number[] = [];
  #births = 0;
  /** Told each new sheet before anything is written to it alone. */
  readonly #readers = new Set<(sheet: SharedArrayBuffer) => void>();

  /** The shared columns of a table, which are made so if they are not; undefined where there is no memory for them. */
  static of(table: SeriesTable, memory: SharedMemory): SharedColumns | undefined {
    const present = shared.get(table);
    if (present !== undefined) return present;
    const nativeWidth = nativeWidthOf(table.maxNativeBuckets);
    const sheet = memory.sheet(table.metricName, { capacity: 0, width: table.width, nativeWidth, textBytes: 0 });
    if (sheet === undefined) return undefined;
    const columns = new SharedColumns(table, sheet, memory);
    shared.set(table, columns);
    table.share(columns);
    // It may have given up already.
    if (shared.has(table) && nativeWidth > 0) shareNatives(table, new SharedNatives(columns));
    return shared.get(table);
  }

  private constructor(table: SeriesTable, sheet: Sheet, memory: SharedMemory) {
    this.#table = table;
    this.#sheet = sheet;
    this.#memory = memory;
  }

  get sheet(): Sheet {
    return this.#sheet;
  }

  /** Has a reader told of each new sheet. Returns what ends it. */
  tell(reader: (sheet: SharedArrayBuffer) => void): () => void {
    this.#readers.add(reader);
    return () => this.#readers.delete(reader);
  }

  grow(capacity: number): void {
    if (!this.#move(capacity, 0)) this.#giveUp(capacity);
  }

  came(slot: number, labelValues: readonly string[]): void {
    const length = textLength(labelValues);
    if (this.#textEnd + length > this.#sheet.textBytes && !this.#move(this.#sheet.capacity, length)) {
      this.#giveUp(this.#sheet.capacity);
      return;
    }
    const sheet = this.#sheet;
    sheet.texts[slot] = this.#textEnd;
    const end = sheet.writeText(this.#textEnd, labelValues);
    this.#lengths[slot] = end - this.#textEnd;
    this.#textInUse += end - this.#textEnd;
    this.#textEnd = end;
    this.#births = this.#births === 2 ** 31 - 1 ? 1 : this.#births + 1;
    // Whoever sees it sees all that was written before.
    Atomics.store(sheet.births, slot, this.#births);
    if (slot >= sheet.end) sheet.end = slot + 1;
  }

  leaving(slot: number): void {
    this.#textInUse -= this.#lengths[slot]!;
    Atomics.store(this.#sheet.births, slot, 0);
    Atomics.add(this.#sheet.stamps, slot, 2);
  }

  rewriting(slot: number): void {
    Atomics.add(this.#sheet.stamps, slot, 1);
  }

  rewritten(slot: number): void {
    Atomics.add(this.#sheet.stamps, slot, 1);
  }

  /** Moves to a sheet with room for `more` bytes of text. Returns false where there is no memory for it. */
  #move(capacity: number, more: number): boolean {
    const from = this.#sheet;
    const { labelNames, metricName } = this.#table;
    const { width, nativeWidth } = from;
    const isCompacted = this.#textInUse * 2 < this.#textEnd;
    const kept = isCompacted ? this.#textInUse : this.#textEnd;
    const textBytes = labelNames.length === 0 ? 0 : Math.max((kept + more) * 2, leastTextBytes);
    const sheet = this.#memory.sheet(metricName, { capacity, width, nativeWidth, textBytes: align(textBytes) }, from);
    if (sheet === undefined) return false;
    sheet.copy(from, isCompacted ? 0 : kept);
    // The table's own, the first time.
    if (from.capacity === 0) fill(sheet, this.#table);
    if (isCompacted) this.#textEnd = this.#compactText(from, sheet);
    this.#sheet = sheet;
    for (const tell of this.#readers) tell(sheet.buffer);
    this.#table.values = sheet.values;
    this.#table.created = sheet.created;
    return true;
  }

  #compactText(from: Sheet, to: Sheet): number {
    let end = 0;
    for (let slot = 0; slot < from.end; slot++) {
      if (from.births[slot] === 0) continue;
      const length = this.#lengths[slot]!;
      to.copyText(end, from, from.texts[slot]!, length);
      to.texts[slot] = end;
      end += length;
    }
    return end;
  }

  /** Gives the table columns of its own again. */
  #giveUp(capacity: number): void {
    const table = this.#table;
    const values = new Float64Array(capacity * table.width);
    values.set(table.values);
    const created = new Float64Array(capacity);
    created.set(table.created);
    table.values = values;
    table.created = created;
    table.share(undefined);
    shareNatives(table, undefined);
    shared.delete(table);
    this.#memory.release(this.#sheet);
  }
}

function fill(sheet: Sheet, { values, created }: SeriesTable): void {
  sheet.values.set(values);
  sheet.created.set(created);
}

/** Up to a multiple of eight. */
function align(bytes: number): number {
  return Math.ceil(bytes / 8) * 8;
}
