import type { Exemplar, NativeHistogram, Sample } from "../family.ts";
import type { FamilyDescription } from "../parallel/family-description.ts";
import type { Report } from "../parallel/report.ts";
import { FrameWriter } from "./frames.ts";
import { messages } from "./messages.ts";

const usualFrame = 64 * 1024;

/** Kinds of samples by the numbers that they have in frames. */
export const sampleKinds: readonly Sample["kind"][] = ["value", "sum", "count", "bucket", "quantile", "state"];

/** A report as frames. Records of one kind and family that follow one another share a frame. */
export class ReportWriter implements Report {
  readonly frames: FrameWriter = new FrameWriter();
  /** How many numbers the rows of a family have. */
  readonly #widths = new Map<number, number>();
  /** The frame that is open: its message and family, or -1. */
  #message = -1;
  #family = -1;
  /** The run of rows that is open: where its length stands, that length, and the slot that would go on with it. */
  #run = { position: 0, length: 0, next: -1 };

  /** Whether there is enough to be sent. */
  get isFull(): boolean {
    return this.frames.position >= usualFrame;
  }

  family(family: number, description: FamilyDescription): void {
    const { frames } = this;
    this.#widths.set(family, description.samples.length);
    this.#record(messages.family, family);
    for (const text of [description.name, description.help, description.type, description.aggregation]) {
      frames.text(text);
    }
    frames.text(description.unit ?? "");
    frames.u8(description.native ? 1 : 0);
    frames.u32(description.labelNames.length);
    for (const name of description.labelNames) frames.text(name);
    frames.u32(description.samples.length);
    for (const sample of description.samples) this.#sample(sample);
    this.end();
  }

  removeFamily(family: number): void {
    this.#widths.delete(family);
    this.#record(messages.removeFamily, family);
    this.end();
  }

  series(family: number, slot: number, labelValues: readonly string[], createdSeconds: number): void {
    this.#record(messages.series, family);
    this.frames.u32(slot);
    this.frames.f64(createdSeconds);
    for (const value of labelValues) this.frames.label(value);
  }

  removeSeries(family: number, slot: number): void {
    this.#record(messages.removeSeries, family);
    this.frames.u32(slot);
  }

  row(family: number, slot: number, values: Float64Array, offset: number, native: NativeHistogram | undefined): void {
    const { frames } = this;
    const width = this.#widths.get(family)!;
    this.#record(messages.rows, family);
    if (slot !== this.#run.next) {
      frames.u32(slot);
      this.#run = { position: frames.position, length: 0, next: slot };
      frames.u32(0);
    }
    this.#run.next++;
    frames.u32At(this.#run.position, ++this.#run.length);
    for (let i = offset; i < offset + width; i++) frames.f64(values[i]!);
    if (native !== undefined) this.#native(native);
  }

  exemplar(family: number, slot: number, sample: number, exemplar: Exemplar): void {
    const { frames } = this;
    this.#record(messages.exemplars, family);
    frames.u32(slot);
    frames.u32(sample);
    frames.f64(exemplar.value);
    frames.f64(exemplar.timestampSeconds);
    const labels = Object.entries(exemplar.labels);
    frames.u32(labels.length);
    for (const [name, value] of labels) {
      frames.text(name);
      frames.text(value);
    }
  }

  /** Ends the frame that is open, so that another may follow. */
  end(): void {
    if (this.#message >= 0) this.frames.end();
    this.#message = -1;
    this.#run.next = -1;
  }

  /** Sees to it that a frame of the message and family is open. */
  #record(message: number, family: number): void {
    if (message === this.#message && family === this.#family && this.frames.frameLength < usualFrame) return;
    this.end();
    this.frames.begin(message);
    this.frames.u32(family);
    this.#message = message;
    this.#family = family;
  }

  #sample(sample: Sample): void {
    this.frames.u8(sampleKinds.indexOf(sample.kind));
    if (sample.kind === "bucket") this.frames.f64(sample.upperBound);
    if (sample.kind === "quantile") this.frames.f64(sample.quantile);
    if (sample.kind === "state") this.frames.text(sample.state);
  }

  #native({ schema, zeroThreshold, zeroCount, count, sum, positive, negative }: NativeHistogram): void {
    const { frames } = this;
    frames.i32(schema);
    for (const number of [zeroThreshold, zeroCount, count, sum]) frames.f64(number);
    for (const buckets of [positive, negative]) {
      frames.u32(buckets.length);
      for (const [index, bucketCount] of buckets) {
        frames.i32(index);
        frames.f64(bucketCount);
      }
    }
  }
}
