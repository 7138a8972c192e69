import type { Family, FamilySeries, SeriesTracking } from "../family.ts";
import { ByteWriter } from "./byte-writer.ts";
import { Page } from "./page.ts";
import type { RowFormat } from "./row-format.ts";

/** About how many bytes a page has: what is laid out anew where the width of a value changes. */
const pageBytes = 1 << 16;
/** Bounds on the slots of a page. Four slots are one word of the marks of what has changed. */
const fewestSlots = 4;
const mostSlots = 1 << 12;

/** The series that pages are written from, and the reader of what changes in them. */
class Source {
  readonly series: FamilySeries;
  readonly tracking: SeriesTracking | undefined;
  readonly mark: number;

  constructor(series: FamilySeries) {
    this.series = series;
    this.tracking = series.tracking;
    this.mark = this.tracking?.claim(this) ?? 0;
  }

  /** Whether the marks tell what has changed since it was last read. */
  get isTracked(): boolean {
    return this.tracking?.holds(this, this.mark) ?? false;
  }
}

/** The slots of a page that changed, as {@link Page.update} takes them: times two, plus one for another series. */
const changes = new Int32Array(mostSlots);

/**
 * The series of a family as bytes, in pages of as many slots. They are kept from one exposition to the next, and each
 * changes only what the series changed; so does a family of the same name that a collector makes anew each time.
 */
export class Pages {
  readonly #format: RowFormat;
  readonly #pages: Page[] = [];
  /** By page, what it was last written from. */
  readonly #sources: (Source | undefined)[] = [];
  #source: Source | undefined;
  /** 0 before there are series to tell it by. */
  #slotsPerPage = 0;
  /** Length of the longest page of the exposition in the making. */
  #longest = 0;

  constructor(format: RowFormat) {
    this.#format = format;
  }

  /** How many pages there are for the series that a family has now. */
  count(family: Family): number {
    if (this.#slotsPerPage === 0) this.#slotsPerPage = slotsOf(family, this.#format);
    return this.#slotsPerPage === 0 ? 0 : Math.ceil(family.series.end / this.#slotsPerPage);
  }

  /** A page, brought up to date. */
  page(number: number, family: Family): Page {
    const page = (this.#pages[number] ??= new Page());
    const source = this.#sourceOf(family);
    const first = number * this.#slotsPerPage;
    // Series at the end may have gone since.
    const end = Math.max(Math.min(first + this.#slotsPerPage, family.series.end), first + page.slots);
    const shown = this.#sources[number];
    const length =
      source === shown && !family.volatile
        ? findChanged(source.tracking!, source.mark, first, end)
        : this.#findOthers(shown, source, first, end);
    if (length > 0) {
      // Should it fail half-way, nothing is known of the page.
      this.#sources[number] = undefined;
      page.update(family, first, changes, length, this.#format);
    }
    this.#sources[number] = source;
    this.#longest = Math.max(this.#longest, page.content.length);
    return page;
  }

  /**
   * Forgets the series that were written last, the pages beyond the last, and all of them if they have become so long that
   * they are better cut anew.
   */
  tidy(count: number): void {
    this.#format.release();
    const isTooLong = this.#longest > 4 * pageBytes && this.#slotsPerPage > fewestSlots;
    if (isTooLong) {
      this.#slotsPerPage = Math.max(fewestSlots, this.#slotsPerPage >> Math.ceil(Math.log2(this.#longest / pageBytes)));
    }
    this.#longest = 0;
    const kept = isTooLong ? 0 : Math.min(this.#pages.length, count);
    this.#pages.length = kept;
    this.#sources.length = kept;
  }

  #sourceOf({ series }: Family): Source {
    const known = this.#source;
    return known?.series === series && known.isTracked ? known : (this.#source = new Source(series));
  }

  /** Takes every slot of a page as changed, and finds those in which the series is another than the page shows. */
  #findOthers(shown: Source | undefined, source: Source, first: number, end: number): number {
    // Without a mark it cannot be told whether the series that the page shows are where they were.
    const known = shown?.isTracked ? shown : undefined;
    for (let slot = first; slot < end; slot++) {
      const isSame = known !== undefined && isSameSeries(known, source.series, slot);
      changes[slot - first] = ((slot - first) << 1) | (isSame ? 0 : 1);
    }
    const { tracking, mark } = source;
    if (tracking !== undefined) {
      for (let slot = first; slot < end; slot++) {
        tracking.dirty[slot]! &= ~mark;
        tracking.replaced[slot]! &= ~mark;
      }
    }
    return end - first;
  }
}

/** Finds the slots of a page with the mark, and clears it. Returns how many there are. */
function findChanged({ dirty, replaced }: SeriesTracking, mark: number, first: number, end: number): number {
  // The page may know of more slots, from a family that had more before this one took its place.
  const length4 = Math.max(0, Math.min(end, dirty.length) - first + 3) >> 2;
  const words = new Uint32Array(dirty.buffer, dirty.byteOffset + first, length4);
  const anyMark = mark * 0x01010101;
  let length = 0;
  for (let word = 0; word < words.length; word++) {
    if ((words[word]! & anyMark) === 0) continue;
    for (let slot = first + word * 4; slot < first + word * 4 + 4; slot++) {
      if ((dirty[slot]! & mark) === 0) continue;
      const isReplaced = (replaced[slot]! & mark) !== 0;
      dirty[slot]! &= ~mark;
      if (isReplaced) replaced[slot]! &= ~mark;
      changes[length++] = ((slot - first) << 1) | (isReplaced ? 1 : 0);
    }
  }
  return length;
}

/** Whether the series in a slot has the labels of the one that was last written from there. */
function isSameSeries({ series: shown, tracking, mark }: Source, series: FamilySeries, slot: number): boolean {
  if ((tracking!.replaced[slot]! & mark) !== 0 || slot >= shown.end || slot >= series.end) return false;
  if (!shown.isLive(slot) || !series.isLive(slot)) return false;
  if (shown === series) return true;
  for (let i = 0; i < series.labelNames.length; i++) {
    if (shown.labelValue(slot, i) !== series.labelValue(slot, i)) return false;
  }
  return true;
}

/** How many series tell how many fill a page. */
const samples = 16;

/** How many slots fill a page, a power of two, by the length of some series; 0 where there are none. */
function slotsOf(family: Family, format: RowFormat): number {
  const { series } = family;
  const writer = new ByteWriter(1 << 10);
  let taken = 0;
  const step = Math.max(1, Math.floor(series.end / samples));
  for (let slot = 0; slot < series.end; slot += taken === 0 ? 1 : step) {
    if (!series.isLive(slot)) continue;
    taken++;
    format.take(family, slot);
    for (let row = 0; row < format.rows; row++) {
      if (!format.has(row)) continue;
      format.writeValue(row, writer);
      format.writeStart(row, 0, writer);
    }
  }
  if (taken === 0) return 0;
  let slots = fewestSlots;
  while (slots < mostSlots && (slots * 2 * writer.end) / taken <= pageBytes) slots *= 2;
  return slots;
}
