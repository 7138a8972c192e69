import type { Family } from "../family.ts";
import { createdSeconds } from "./created.ts";
import { formatValue } from "./number.ts";
import { exemplarText, metadataText, metricText, type Naming, seriesText } from "./series-text.ts";

/** A line of a series: its name, less the family's, and where its value comes from. */
export interface Line {
  readonly suffix: string;
  /** A label of the line itself, beside those of its series. */
  readonly label?: readonly [name: string, value: string];
  /** The position of its sample, or the time when the series was created. */
  readonly sample: number | "created";
  /** Whether the format allows an exemplar here. */
  readonly exemplar?: boolean;
}

/** A family as one format shows it; a type that the format lacks may become several. */
export interface Part {
  /** The family's name, not yet escaped. */
  readonly name: string;
  /** What the format leaves out at the end of the name, once it is escaped; the lines have it again. */
  readonly suffix?: string;
  /** What stands before the name on the metadata lines, in order, and behind it: `["TYPE", "counter"]`. */
  readonly metadata: readonly (readonly [keyword: string, text: string])[];
  readonly lines: readonly Line[];
}

/** What tells one line-based format from another. */
export interface LineFormat {
  /** How the format shows a family. */
  parts(family: Family): Part[];
  /** What ends an exposition. */
  readonly end: string;
}

/** What stays the same in a family from scrape to scrape while no series goes. */
interface Prepared {
  readonly epoch: number;
  readonly parts: readonly (Part & { readonly head: string; readonly starts: string[] })[];
}

/** Writes families in a line-based format. It keeps what stands before the values, from one exposition to the next. */
export class LineWriter {
  readonly #format: LineFormat;
  readonly #naming: Naming;
  readonly #prepared = new WeakMap<Family, Prepared>();

  constructor(format: LineFormat, naming: Naming) {
    this.#format = format;
    this.#naming = naming;
  }

  write(families: readonly Family[]): string {
    let text = "";
    for (const family of families) text += this.#writeFamily(family);
    return text + this.#format.end;
  }

  #writeFamily(family: Family): string {
    const { series } = family;
    const values = new Float64Array(family.samples.length);
    let text = "";
    for (const part of this.#prepare(family).parts) {
      const { lines, starts } = part;
      text += part.head;
      for (let slot = 0; slot < series.end; slot++) {
        if (!series.isLive(slot)) continue;
        family.read(slot, values);
        for (let i = 0; i < lines.length; i++) {
          const line = lines[i]!;
          if (line.sample === "created" && Number.isNaN(createdSeconds(family, slot))) continue;
          text += starts[slot * lines.length + i] ??= this.#startOf(family, part, line, slot);
          text += formatValue(line.sample === "created" ? createdSeconds(family, slot) : values[line.sample]!);
          text += this.#exemplarOf(family, line, slot);
          text += "\n";
        }
      }
    }
    return text;
  }

  #prepare(family: Family): Prepared {
    let prepared = this.#prepared.get(family);
    if (prepared?.epoch !== family.series.epoch) {
      const parts = this.#format.parts(family).map((part) => ({ ...part, head: this.#headOf(part), starts: [] }));
      prepared = { epoch: family.series.epoch, parts };
      this.#prepared.set(family, prepared);
    }
    return prepared;
  }

  /** What stands before the value: name, labels and a space. */
  #startOf(family: Family, part: Part, line: Line, slot: number): string {
    const name = metricText(part.name, part.suffix ?? "", this.#naming) + line.suffix;
    return `${seriesText(family, slot, name, line.label, this.#naming)} `;
  }

  #headOf({ name, suffix = "", metadata }: Part): string {
    const shown = metricText(name, suffix, this.#naming);
    // Escaping may have changed what the name ends in, and a unit that it does not end in is invalid.
    const valid = metadata.filter(([keyword, text]) => keyword !== "UNIT" || shown.endsWith(`_${text}`));
    return metadataText(shown, valid);
  }

  #exemplarOf(family: Family, line: Line, slot: number): string {
    if (!line.exemplar || line.sample === "created") return "";
    const exemplar = family.exemplar?.(slot, line.sample);
    return exemplar === undefined ? "" : exemplarText(exemplar, this.#naming);
  }
}
