import type { Family } from "../family.ts";
import { ByteWriter, copySlack } from "./byte-writer.ts";
import type { Deflated } from "./compress.ts";
import type { RowFormat } from "./row-format.ts";
import { digitsOf, isSmallWhole, writeDigits } from "./write-number.ts";

/** The bytes of a page. They do not change while anyone holds them. */
export interface PageBytes {
  /** What is in use of them comes first, and there is some slack behind it. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  length: number;
  /** How many answers under way consist of them. */
  holders: number;
  /** Goes up whenever they change. */
  version: number;
  /** The bytes of one version, deflated. */
  deflated?: Deflated;
}

/** The width of a row that is not there. */
const absent = 0xffff_ffff;

/** What an update writes before it is known which rows keep their places. */
const written = new ByteWriter(1 << 16);
/** The page as it is laid out anew. */
const laidOut = new ByteWriter(1 << 17);

/**
 * The rows of an update that may not keep their places, in order: the row, where in `written` its value begins and ends, and
 * where its start does. A row without a value goes; one without a start keeps the one it has.
 */
let moves = new Int32Array(5 << 10);
let movesEnd = 0;

/** The rows of some adjacent slots as bytes. */
export class Page {
  content: PageBytes = { bytes: new Uint8Array(copySlack), length: 0, holders: 0, version: 0 };
  /** How many slots it knows. */
  slots = 0;
  /** Where the value of each row begins. Where a row is absent, where it would begin. */
  #values = new Uint32Array(0);
  /** How many bytes the value of each row has, with what closes the row, or `absent`. */
  #widths = new Uint32Array(0);
  /** The number that each row shows, or `NaN`. */
  #shown = new Float64Array(0);

  /**
   * Writes the series of some slots again, in the order of the slots. Each entry of `changes` is a slot, less the page's
   * first, times two, plus one if another series is in it, or none any more.
   */
  update(family: Family, firstSlot: number, changes: Int32Array, length: number, format: RowFormat): void {
    written.end = 0;
    movesEnd = 0;
    const column = format.column(family);
    if (column !== undefined && !hasReplaced(changes, length))
      this.#writeColumn(column, firstSlot, changes, length, format);
    else this.#writeSeries(family, firstSlot, changes, length, format);
    if (movesEnd === 0) return;
    written.reserve(copySlack);
    this.#layOut();
  }

  /** Writes series of which any may be another than before. */
  #writeSeries(family: Family, firstSlot: number, changes: Int32Array, length: number, format: RowFormat): void {
    const { rows, numbers, showsDigits } = format;
    let { bytes } = this.content;
    let isOwn = false;
    for (let i = 0; i < length; i++) {
      const place = changes[i]! >> 1;
      const slot = firstSlot + place;
      const isReplaced = (changes[i]! & 1) === 1;
      if (place >= this.slots) this.#addSlots(place + 1, rows);
      if (slot >= family.series.end || !family.series.isLive(slot)) {
        for (let row = 0; row < rows; row++) this.#drop(place * rows + row);
        continue;
      }
      format.take(family, slot);
      for (let row = 0, index = place * rows; row < rows; row++, index++) {
        const number = numbers[row]!;
        if (!isReplaced && isSame(this.#shown[index]!, number)) continue;
        this.#shown[index] = number;
        const width = this.#widths[index]!;
        if (showsDigits && !isReplaced && isSmallWhole(number) && digitsOf(number) + 1 === width) {
          if (!isOwn) bytes = this.#own();
          isOwn = true;
          writeDigits(bytes, this.#values[index]! + width - 1, number);
        } else if (format.has(row)) {
          this.#write(index, row, isReplaced, format);
        } else {
          this.#drop(index);
        }
      }
    }
  }

  /** Writes series that each are one row and show their number in the column. */
  #writeColumn(column: Float64Array, firstSlot: number, changes: Int32Array, length: number, format: RowFormat): void {
    const values = this.#values;
    const widths = this.#widths;
    const shown = this.#shown;
    let { bytes } = this.content;
    let isOwn = false;
    for (let i = 0; i < length; i++) {
      const index = changes[i]! >> 1;
      const number = column[firstSlot + index]!;
      if (isSame(shown[index]!, number)) continue;
      shown[index] = number;
      const width = widths[index]!;
      if (isSmallWhole(number) && digitsOf(number) + 1 === width) {
        if (!isOwn) bytes = this.#own();
        isOwn = true;
        writeDigits(bytes, values[index]! + width - 1, number);
        continue;
      }
      const value = written.end;
      format.writeNumber(number, written);
      if (this.#fits(index, value, written.end)) written.end = value;
      else this.#move(index, value, written.end, written.end, written.end);
    }
  }

  /** Writes a row in its place if it keeps it, and else among those that move. */
  #write(index: number, row: number, isReplaced: boolean, format: RowFormat): void {
    const value = written.end;
    format.writeValue(row, written);
    const end = written.end;
    if (!isReplaced && this.#fits(index, value, end)) {
      written.end = value;
      return;
    }
    if (isReplaced || this.#widths[index] === absent || format.startKnowsWidth) {
      format.writeStart(row, end - value, written);
    }
    this.#move(index, value, end, end, written.end);
  }

  /** Puts a value that is as wide as before in its place; returns false if it is not. */
  #fits(index: number, value: number, end: number): boolean {
    if (end - value !== this.#widths[index]) return false;
    const source = written.bytes;
    let target: Uint8Array = this.content.bytes;
    let at = this.#values[index]!;
    let from = value;
    // What shows the same as before leaves the page as it is.
    while (from < end && target[at] === source[from]) {
      at++;
      from++;
    }
    if (from < end) target = this.#own();
    while (from < end) target[at++] = source[from++]!;
    return true;
  }

  #drop(index: number): void {
    this.#shown[index] = NaN;
    if (this.#widths[index] !== absent) this.#move(index, 0, 0, 0, 0);
  }

  #move(index: number, value: number, end: number, start: number, startEnd: number): void {
    if (movesEnd === moves.length) {
      const more = new Int32Array(moves.length * 2);
      more.set(moves);
      moves = more;
    }
    moves[movesEnd++] = index;
    moves[movesEnd++] = value;
    moves[movesEnd++] = end;
    moves[movesEnd++] = start;
    moves[movesEnd++] = startEnd;
  }

  /** Makes the page anew of the rows that moved and, between them, of what it has. */
  #layOut(): void {
    const { bytes, length } = this.content;
    const old = new DataView(bytes.buffer);
    const { view } = written;
    const rows = this.#values.length;
    laidOut.end = 0;
    // Up to `done` the old bytes are copied, or go.
    let done = 0;
    let oldEnd = 0;
    for (let index = 0, move = 0; index < rows; index++) {
      const oldStart = oldEnd;
      const oldWidth = this.#widths[index]!;
      const oldValue = oldWidth === absent ? oldStart : this.#values[index]!;
      oldEnd = oldWidth === absent ? oldStart : oldValue + oldWidth;
      if (move === movesEnd || moves[move] !== index) {
        this.#values[index] = oldValue + laidOut.end - done;
        continue;
      }
      laidOut.copy(old, done, oldStart);
      done = oldEnd;
      const value = moves[move + 1]!;
      const end = moves[move + 2]!;
      const start = moves[move + 3]!;
      const startEnd = moves[move + 4]!;
      move += 5;
      if (end === value) {
        this.#values[index] = laidOut.end;
        this.#widths[index] = absent;
        continue;
      }
      if (startEnd > start) laidOut.copy(view, start, startEnd);
      else laidOut.copy(old, oldStart, oldValue);
      this.#values[index] = laidOut.end;
      this.#widths[index] = end - value;
      laidOut.copy(view, value, end);
    }
    laidOut.copy(old, done, length);
    this.#replaceBytes();
  }

  #replaceBytes(): void {
    const { end } = laidOut;
    const { content } = this;
    if (content.holders > 0 || content.bytes.length < end + copySlack) {
      // The first layout is often the last one; later ones come from values that grow.
      const room = copySlack + (content.length === 0 ? end : end + (end >> 4));
      this.content = { bytes: new Uint8Array(room), length: end, holders: 0, version: 0 };
    }
    this.content.bytes.set(laidOut.bytes.subarray(0, end));
    this.content.length = end;
    this.content.version++;
  }

  /** The bytes, to be changed: a copy of those that are held. */
  #own(): Uint8Array<ArrayBuffer> {
    const { bytes, length, holders } = this.content;
    if (holders > 0) this.content = { bytes: bytes.slice(), length, holders: 0, version: 0 };
    this.content.version++;
    return this.content.bytes;
  }

  #addSlots(slots: number, rowsPerSlot: number): void {
    const rows = slots * rowsPerSlot;
    if (rows > this.#values.length) {
      const capacity = Math.max(rows, this.#values.length * 2);
      this.#widths = grown(this.#widths, new Uint32Array(capacity).fill(absent));
      this.#values = grown(this.#values, new Uint32Array(capacity));
      this.#shown = grown(this.#shown, new Float64Array(capacity).fill(NaN));
    }
    this.slots = slots;
  }
}

function hasReplaced(changes: Int32Array, length: number): boolean {
  let all = 0;
  for (let i = 0; i < length; i++) all |= changes[i]!;
  return (all & 1) === 1;
}

/** Whether a number is shown already. `NaN` stands for what is not only a number. */
function isSame(shown: number, number: number): boolean {
  return shown === number && (number !== 0 || 1 / shown === 1 / number);
}

function grown<Column extends Uint32Array | Float64Array>(from: Column, to: Column): Column {
  to.set(from);
  return to;
}
