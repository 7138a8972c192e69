import type { Family } from "../family.ts";
import { absentLabel } from "../series/absent-label.ts";
import type { ByteWriter } from "./byte-writer.ts";
import { createdSeconds } from "./created.ts";
import type { Line, Part } from "./line-format.ts";
import { formatValue } from "./number.ts";
import type { RowFormat } from "./row-format.ts";
import { escapeQuoted, exemplarText, labelFrame, metricText, type Naming } from "./series-text.ts";
import { writeNumber } from "./write-number.ts";

const encoder = new TextEncoder();
const newline = 10;

/** The lines of a family's series in a line-based format. */
export class LineRows implements RowFormat {
  readonly rows: number;
  readonly startKnowsWidth = false;
  readonly showsDigits = true;
  readonly numbers: Float64Array;
  readonly #lines: readonly Line[];
  /** The names that they have on the wire. */
  readonly #names: readonly string[];
  readonly #naming: Naming;
  /** What stands in a line before its series' label values, between them and behind them. */
  readonly #opening: readonly Uint8Array[];
  readonly #between: readonly Uint8Array[];
  readonly #closing: readonly Uint8Array[];
  /** The samples; the numbers themselves where each row shows the sample of its position. */
  readonly #values: Float64Array;
  /** Whether rows may have exemplars or something else than samples. */
  readonly #isPlain: boolean;
  /** By row, what it shows in place of its number. */
  readonly #texts: (string | undefined)[];
  #family: Family | undefined;
  #slot = 0;

  constructor(family: Family, part: Part, naming: Naming) {
    const { lines } = part;
    this.rows = lines.length;
    this.numbers = new Float64Array(lines.length);
    this.#lines = lines;
    this.#naming = naming;
    const isAligned = lines.length === family.samples.length && lines.every(({ sample }, row) => sample === row);
    this.#values = isAligned ? this.numbers : new Float64Array(family.samples.length);
    this.#isPlain = isAligned && lines.every(({ exemplar }) => !exemplar);
    this.#texts = lines.map(() => undefined);
    this.#names = lines.map(({ suffix }) => metricText(part.name, part.suffix ?? "", naming) + suffix);
    const frames = lines.map((line, row) =>
      labelFrame(family, this.#names[row]!, family.series.labelNames, line, naming),
    );
    this.#opening = frames.map(({ opening }) => encoder.encode(opening));
    this.#between = (frames[0]?.between ?? []).map((text) => encoder.encode(text));
    this.#closing = frames.map(({ closing }) => encoder.encode(`${closing} `));
  }

  column(family: Family): Float64Array | undefined {
    const [line] = this.#lines;
    if (this.rows !== 1 || line!.sample !== 0 || (line!.exemplar && family.exemplar !== undefined)) return undefined;
    return family.column?.();
  }

  take(family: Family, slot: number): void {
    this.#family = family;
    this.#slot = slot;
    family.read(slot, this.#values);
    if (!this.#isPlain) this.#takeLines(family, slot);
  }

  release(): void {
    this.#family = undefined;
  }

  has(row: number): boolean {
    return this.#lines[row]!.sample !== "created" || !Number.isNaN(this.numbers[row]);
  }

  writeStart(row: number, _width: number, to: ByteWriter): void {
    const { series } = this.#family!;
    for (let i = 0; i < this.#between.length; i++) {
      if (series.labelValue(this.#slot, i) !== absentLabel) continue;
      to.text(this.#sparseStart(row));
      return;
    }
    to.append(this.#opening[row]!);
    for (let i = 0; i < this.#between.length; i++) {
      if (i > 0) to.append(this.#between[i]!);
      const value = series.labelValue(this.#slot, i);
      to.text(/["\\\n]/.test(value) ? escapeQuoted(value) : value);
    }
    to.append(this.#closing[row]!);
  }

  /** The start of a row of a series that lacks some of the labels. */
  #sparseStart(row: number): string {
    const family = this.#family!;
    const labels = family.series.labelNames
      .map((name, i) => ({ name, value: family.series.labelValue(this.#slot, i) }))
      .filter(({ value }) => value !== absentLabel);
    const names = labels.map(({ name }) => name);
    const frame = labelFrame(family, this.#names[row]!, names, this.#lines[row]!, this.#naming);
    const values = labels.map(({ value }, i) => frame.between[i]! + escapeQuoted(value)).join("");
    return `${frame.opening}${values}${frame.closing} `;
  }

  writeNumber(number: number, to: ByteWriter): void {
    writeNumber(to, number);
    to.reserve(1);
    to.bytes[to.end++] = newline;
  }

  writeValue(row: number, to: ByteWriter): void {
    const text = this.#texts[row];
    if (text === undefined) {
      this.writeNumber(this.numbers[row]!, to);
      return;
    }
    to.text(text);
    to.reserve(1);
    to.bytes[to.end++] = newline;
  }

  #takeLines(family: Family, slot: number): void {
    for (let row = 0; row < this.rows; row++) {
      const { sample, exemplar } = this.#lines[row]!;
      if (typeof sample === "number") {
        this.numbers[row] = this.#values[sample]!;
        if (exemplar) this.#takeExemplar(family, slot, row, sample);
      } else if (sample === "created") {
        this.numbers[row] = createdSeconds(family, slot);
      } else {
        this.#texts[row] = sample(family, slot, this.#values);
        this.numbers[row] = NaN;
      }
    }
  }

  #takeExemplar(family: Family, slot: number, row: number, sample: number): void {
    const exemplar = family.exemplar?.(slot, sample);
    if (exemplar === undefined) {
      this.#texts[row] = undefined;
      return;
    }
    this.#texts[row] = formatValue(this.numbers[row]!) + exemplarText(exemplar, this.#naming);
    this.numbers[row] = NaN;
  }
}
