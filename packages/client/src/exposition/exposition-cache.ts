import type { Family } from "../family.ts";
import { availableEncodings, compress } from "./compress.ts";
import { negotiateEncoding } from "./content-encoding.ts";
import { Exposition } from "./exposition.ts";
import type { Format } from "./format.ts";
import { FormatWriter } from "./format-writer.ts";
import { linesOf } from "./lines.ts";
import type { ExpositionFormat } from "./negotiate.ts";
import { openMetricsFormat } from "./openmetrics.ts";
import { openMetrics2Format } from "./openmetrics2.ts";
import { protobufFormat } from "./protobuf.ts";
import type { Naming } from "./series-text.ts";
import { textFormat } from "./text.ts";

/** What a registry's expositions have in common, whatever their format. */
export interface ExpositionSettings {
  /** The labels that stand in every series that has none of the name. */
  readonly constantLabels: Readonly<Record<string, string>>;
  /** Whether OpenMetrics has `_created` lines. */
  readonly createdLines: boolean;
}

/** What one exposition is asked for, beside its format. */
export interface ExpositionRequest {
  /** The request's `Accept-Encoding` header. Default: the bytes are not compressed. */
  readonly acceptEncoding?: string | null | undefined;
  /** Aborts when nobody waits for the exposition any more; it then rejects with the reason. Default: never. */
  readonly signal?: AbortSignal | undefined;
}

/** How many formats are kept, with every way to escape names and every set of labels: a stranger may ask for any. */
const mostKept = 6;
/** Milliseconds after which the bytes of a format that nobody asks for any more are forgotten. */
const keptMilliseconds = 600_000;

/** What is shorter is sent as it is: it fits into one packet. */
const leastCompressed = 1400;

/**
 * The bytes of expositions, kept from one to the next so that only what has changed is written again. Each registry has a
 * cache of its own; give the same to registries that take each other's place, such as one that is made for each scrape.
 */
export class ExpositionCache {
  /** The one that was used last comes last. */
  readonly #writers = new Map<string, { readonly writer: FormatWriter; readonly usedAt: number }>();
  readonly #writing = new Set<Promise<unknown>>();

  /**
   * The families in a format, compressed if the request asks for it and it pays. A family that cannot be read is left out and
   * reported. Rejects with the signal's reason soon after that aborts.
   */
  async write(
    format: ExpositionFormat,
    families: readonly Family[],
    settings: ExpositionSettings,
    { acceptEncoding, signal }: ExpositionRequest,
    report: (error: unknown, family: string) => void,
  ): Promise<Exposition> {
    const { contentType } = format;
    const writing = this.#writerOf(format, settings).write(families, report, signal);
    this.#writing.add(writing);
    const chunks = await writing.finally(() => this.#writing.delete(writing));
    const encoding = negotiateEncoding(acceptEncoding, availableEncodings);
    if (encoding === undefined || chunks.length < leastCompressed) {
      return new Exposition(contentType, undefined, chunks.chunks, () => chunks.release());
    }
    try {
      const compressed = await compress(chunks, encoding);
      chunks.release();
      return new Exposition(contentType, encoding, compressed, () => {});
    } catch {
      // The bytes are there all the same.
      return new Exposition(contentType, undefined, chunks.chunks, () => chunks.release());
    }
  }

  /** Resolves when no family is read any more for what is being written now; undefined if none is. */
  written(): Promise<unknown> | undefined {
    return this.#writing.size === 0 ? undefined : Promise.allSettled(this.#writing);
  }

  #writerOf(format: ExpositionFormat, settings: ExpositionSettings): FormatWriter {
    const now = performance.now();
    const key = JSON.stringify([format.contentType, settings]);
    const writer = this.#writers.get(key)?.writer ?? new FormatWriter(formatOf(format, settings));
    this.#writers.delete(key);
    this.#writers.set(key, { writer, usedAt: now });
    for (const [other, { usedAt }] of this.#writers) {
      if (this.#writers.size > mostKept || now - usedAt > keptMilliseconds) this.#writers.delete(other);
    }
    return writer;
  }
}

function formatOf(
  { type, version, escaping }: ExpositionFormat,
  { constantLabels, createdLines }: ExpositionSettings,
): Format {
  const naming: Naming = { escaping, constantLabels };
  if (type === "protobuf") return protobufFormat(naming);
  if (type === "text") return linesOf(textFormat, naming);
  return linesOf(version === "2.0.0" ? openMetrics2Format(naming) : openMetricsFormat(createdLines), naming);
}
