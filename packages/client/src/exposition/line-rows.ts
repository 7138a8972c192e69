import type { Family } from "../family.ts";
import type { ByteWriter } from "./byte-writer.ts";
import { createdSeconds } from "./created.ts";
import type { Line, Part } from "./line-format.ts";
import type { RowFormat } from "./row-format.ts";
import { escapeQuoted, exemplarText, labelFrame, metricText, type Naming } from "./series-text.ts";
import { writeNumber } from "./write-number.ts";

const encoder = new TextEncoder();
const newline = 10;

/** The lines of a family's series in a line-based format. */
export class LineRows implements RowFormat {
  readonly rows: number;
  readonly startKnowsWidth = false;
  readonly closesDigits: number = newline;
  readonly numbers: Float64Array;
  readonly #lines: readonly Line[];
  readonly #naming: Naming;
  /** What stands in a line before its series' label values, between them and behind them. */
  readonly #opening: readonly Uint8Array[];
  readonly #between: readonly Uint8Array[];
  readonly #closing: readonly Uint8Array[];
  readonly #values: Float64Array;
  /** By row, what stands behind the number or in its place. */
  readonly #texts: (string | undefined)[] = [];
  #family: Family | undefined;
  #slot = 0;

  constructor(family: Family, part: Part, naming: Naming) {
    const { lines } = part;
    this.rows = lines.length;
    this.numbers = new Float64Array(lines.length);
    this.#lines = lines;
    this.#naming = naming;
    this.#values = new Float64Array(family.samples.length);
    const frames = lines.map(({ suffix, label }) =>
      labelFrame(family, metricText(part.name, part.suffix ?? "", naming) + suffix, label, naming),
    );
    this.#opening = frames.map(({ opening }) => encoder.encode(opening));
    this.#between = (frames[0]?.between ?? []).map((text) => encoder.encode(text));
    this.#closing = frames.map(({ closing }) => encoder.encode(`${closing} `));
  }

  take(family: Family, slot: number): void {
    this.#family = family;
    this.#slot = slot;
    family.read(slot, this.#values);
    for (let row = 0; row < this.rows; row++) {
      const line = this.#lines[row]!;
      if (typeof line.sample === "number") {
        this.numbers[row] = this.#values[line.sample]!;
        if (line.exemplar) this.#takeExemplar(row, line.sample);
      } else if (line.sample === "created") {
        this.numbers[row] = createdSeconds(family, slot);
      } else {
        this.numbers[row] = NaN;
        this.#texts[row] = line.sample(family, slot, this.#values);
      }
    }
  }

  has(row: number): boolean {
    return this.#lines[row]!.sample !== "created" || !Number.isNaN(this.numbers[row]);
  }

  writeStart(row: number, _width: number, to: ByteWriter): void {
    const { series } = this.#family!;
    to.append(this.#opening[row]!);
    for (let i = 0; i < this.#between.length; i++) {
      if (i > 0) to.append(this.#between[i]!);
      const value = series.labelValue(this.#slot, i);
      to.text(/["\\\n]/.test(value) ? escapeQuoted(value) : value);
    }
    to.append(this.#closing[row]!);
  }

  writeValue(row: number, to: ByteWriter): void {
    const { sample } = this.#lines[row]!;
    if (typeof sample === "number") writeNumber(to, this.#values[sample]!);
    else if (sample === "created") writeNumber(to, this.numbers[row]!);
    const text = this.#texts[row];
    if (text !== undefined) to.text(text);
    to.reserve(1);
    to.bytes[to.end++] = newline;
  }

  #takeExemplar(row: number, sample: number): void {
    const exemplar = this.#family!.exemplar?.(this.#slot, sample);
    this.#texts[row] = exemplar && exemplarText(exemplar, this.#naming);
    if (exemplar !== undefined) this.numbers[row] = NaN;
  }
}
