import { type Family, type Format, FormatWriter, linesOf } from "@exporterkit/client/series";
import { lineFormat } from "./text-format.ts";

const newline = 10;
/** How many sets of default labels are kept, in either format. */
const mostKept = 2;

/** How families become text. */
export interface TextSettings {
  readonly isOpenMetrics: boolean;
  /** The labels that stand in every series that has none of the name. */
  readonly defaultLabels: Readonly<Record<string, unknown>>;
}

/**
 * Families as text, in the order in which they are given. What is written is kept as bytes, of which the next time only what
 * has changed is written again.
 */
export class ExpositionText {
  /** The one that was used last comes last. */
  readonly #writers = new Map<string, FormatWriter>();

  /** The lines of the families; in the text format a blank line stands before each. */
  async write(families: readonly Family[], settings: TextSettings): Promise<string> {
    if (families.length === 0) return "";
    const failures: unknown[] = [];
    const chunks = await this.#writerOf(settings).write(families, (error) => failures.push(error));
    const text = chunks.chunks.map((chunk) => new TextDecoder().decode(chunk)).join("");
    chunks.release();
    if (failures.length > 0) throw failures[0];
    return text;
  }

  #writerOf({ isOpenMetrics, defaultLabels }: TextSettings): FormatWriter {
    const constantLabels = Object.fromEntries(
      Object.entries(defaultLabels).map(([name, value]) => [name, String(value)]),
    );
    const key = JSON.stringify([isOpenMetrics, constantLabels]);
    const known = this.#writers.get(key);
    const writer = known ?? new FormatWriter(formatOf(isOpenMetrics, constantLabels));
    this.#writers.delete(key);
    this.#writers.set(key, writer);
    const [oldest] = this.#writers.keys();
    if (this.#writers.size > mostKept) this.#writers.delete(oldest!);
    return writer;
  }
}

function formatOf(isOpenMetrics: boolean, constantLabels: Readonly<Record<string, string>>): Format {
  const lines = linesOf(lineFormat(isOpenMetrics), { escaping: "underscores", constantLabels });
  if (isOpenMetrics) return lines;
  const sections: Format["sections"] = (family) =>
    lines.sections(family).map(({ head, rows }) => ({ head: (length) => withBlankLine(head(length)), rows }));
  return { ...lines, sections };
}

function withBlankLine(head: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(head.length + 1);
  bytes[0] = newline;
  bytes.set(head, 1);
  return bytes;
}
