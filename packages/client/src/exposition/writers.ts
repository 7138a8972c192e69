import type { Family } from "../family.ts";
import { LineWriter } from "./line-writer.ts";
import type { ExpositionFormat } from "./negotiate.ts";
import { openMetricsFormat } from "./openmetrics.ts";
import { writeOpenMetrics2 } from "./openmetrics2.ts";
import { writeProtobuf } from "./protobuf.ts";
import { textFormat } from "./text.ts";

/** An exposition as it goes over the wire. */
export interface Exposition {
  /** The value of the Content-Type header. */
  readonly contentType: string;
  readonly body: Uint8Array;
}

const encoder = new TextEncoder();

/** The writers of one registry, each made when its format is first asked for. */
export class Writers {
  readonly #constantLabels: Readonly<Record<string, string>>;
  readonly #createdLines: boolean;
  readonly #lineWriters = new Map<string, LineWriter>();

  constructor(constantLabels: Readonly<Record<string, string>>, createdLines: boolean) {
    this.#constantLabels = constantLabels;
    this.#createdLines = createdLines;
  }

  /** The families in a format made of lines. */
  text(format: ExpositionFormat, families: readonly Family[]): string {
    const naming = { escaping: format.escaping, constantLabels: this.#constantLabels };
    if (format.version === "2.0.0") return writeOpenMetrics2(families, naming);
    let writer = this.#lineWriters.get(format.contentType);
    if (writer === undefined) {
      const lines = format.type === "openmetrics" ? openMetricsFormat(this.#createdLines) : textFormat;
      writer = new LineWriter(lines, naming);
      this.#lineWriters.set(format.contentType, writer);
    }
    return writer.write(families);
  }

  write(format: ExpositionFormat, families: readonly Family[]): Exposition {
    const { contentType } = format;
    if (format.type === "protobuf") {
      return { contentType, body: writeProtobuf(families, format.escaping, this.#constantLabels) };
    }
    return { contentType, body: encoder.encode(this.text(format, families)) };
  }
}
