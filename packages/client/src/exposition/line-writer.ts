import type { Exemplar, Family } from "../family.ts";
import {
  type EscapingScheme,
  escapeLabelName,
  escapeMetricName,
  isLegacyLabelName,
  isLegacyMetricName,
} from "../names.ts";
import { constantPairs } from "./constant-labels.ts";
import { formatValue } from "./number.ts";

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
  readonly #escaping: EscapingScheme;
  readonly #constantLabels: Readonly<Record<string, string>>;
  readonly #prepared = new WeakMap<Family, Prepared>();

  /** `constantLabels` stand in every series that does not have a label of the name. */
  constructor(format: LineFormat, escaping: EscapingScheme, constantLabels: Readonly<Record<string, string>>) {
    this.#format = format;
    this.#escaping = escaping;
    this.#constantLabels = constantLabels;
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
          if (line.sample === "created" && Number.isNaN(series.createdSeconds(slot))) continue;
          text += starts[slot * lines.length + i] ??= this.#startOf(family, part, line, slot);
          text += formatValue(line.sample === "created" ? series.createdSeconds(slot) : values[line.sample]!);
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

  #nameOf({ name, suffix = "" }: Part): string {
    const shown = escapeMetricName(name, this.#escaping);
    return suffix !== "" && shown.endsWith(suffix) ? shown.slice(0, -suffix.length) : shown;
  }

  #headOf(part: Part): string {
    const { metadata } = part;
    const shown = this.#nameOf(part);
    const quoted = isLegacyMetricName(shown) ? shown : `"${escapeLabelValue(shown)}"`;
    return metadata.map(([keyword, text]) => `# ${keyword} ${quoted} ${text}\n`).join("");
  }

  /** What stands before the value: name, labels and a space. */
  #startOf(family: Family, part: Part, line: Line, slot: number): string {
    const name = this.#nameOf(part) + line.suffix;
    const { series } = family;
    const pairs = series.labelNames.map((label, i) => this.#pair(label, series.labelValue(slot, i)));
    for (const [label, value] of constantPairs(family, this.#constantLabels)) pairs.push(this.#pair(label, value));
    if (line.label) pairs.push(this.#pair(...line.label));
    if (!isLegacyMetricName(name)) return `{${[`"${escapeLabelValue(name)}"`, ...pairs].join(",")}} `;
    return pairs.length === 0 ? `${name} ` : `${name}{${pairs.join(",")}} `;
  }

  #pair(name: string, value: string): string {
    const shown = escapeLabelName(name, this.#escaping);
    return `${isLegacyLabelName(shown) ? shown : `"${escapeLabelValue(shown)}"`}="${escapeLabelValue(value)}"`;
  }

  #exemplarOf(family: Family, line: Line, slot: number): string {
    if (!line.exemplar || line.sample === "created") return "";
    const exemplar = family.exemplar?.(slot, line.sample);
    return exemplar === undefined ? "" : this.#exemplarText(exemplar);
  }

  #exemplarText({ labels, value, timestampSeconds }: Exemplar): string {
    const pairs = Object.entries(labels).map(([name, text]) => this.#pair(name, text));
    return ` # {${pairs.join(",")}} ${formatValue(value)} ${timestampSeconds.toFixed(3)}`;
  }
}

/** A label value as it stands between quotes. */
export function escapeLabelValue(value: string): string {
  return value.replaceAll(/["\\\n]/g, (c) => (c === "\n" ? "\\n" : `\\${c}`));
}
