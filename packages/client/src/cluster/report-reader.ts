import { type Aggregation, aggregationsOf } from "../aggregation.ts";
import type { MetricType, NativeHistogram, Sample } from "../family.ts";
import { maxSchema, minSchema } from "../metrics/native-bucket-index.ts";
import type { FamilyDescription } from "../parallel/family-description.ts";
import type { Report } from "../parallel/report.ts";
import { FrameError, type FrameReader } from "./frames.ts";
import { messages } from "./messages.ts";
import { sampleKinds } from "./report-writer.ts";

const types: ReadonlySet<string> = new Set<MetricType>([
  "counter",
  "gauge",
  "histogram",
  "gaugehistogram",
  "summary",
  "info",
  "stateset",
  "unknown",
]);

/** The fewest bytes of a native histogram. */
const nativeSize = 44;

/** About how many numbers are read at a time. */
const rowNumbers = 1024;

/** Tells a report what frames say. What they say may be anything: it throws at what is not in order. */
export class ReportReader {
  readonly #report: Report;
  readonly #descriptions = new Map<number, FamilyDescription>();
  #row = new Float64Array(rowNumbers);

  constructor(report: Report) {
    this.#report = report;
  }

  /** Reads one frame. Returns false if its message is none of a report. */
  read(frame: FrameReader): boolean {
    const read = this.#readers[frame.message];
    if (read === undefined) return false;
    read(frame, frame.u32());
    if (!frame.isAtEnd) throw new FrameError("it says more than it should");
    return true;
  }

  readonly #readers: Readonly<Record<number, (frame: FrameReader, family: number) => void>> = {
    [messages.family]: (frame, family) => {
      const description = readDescription(frame);
      this.#descriptions.set(family, description);
      this.#report.family(family, description);
    },
    [messages.removeFamily]: (_frame, family) => {
      this.#descriptions.delete(family);
      this.#report.removeFamily(family);
    },
    [messages.series]: (frame, family) => {
      const { labelNames } = this.#descriptionOf(family);
      while (!frame.isAtEnd) {
        const slot = frame.u32();
        const created = frame.f64();
        const values = labelNames.map(() => frame.label());
        this.#report.series(family, slot, values, created);
      }
    },
    [messages.removeSeries]: (frame, family) => {
      while (!frame.isAtEnd) this.#report.removeSeries(family, frame.u32());
    },
    [messages.rows]: (frame, family) => {
      const { samples, native } = this.#descriptionOf(family);
      const width = samples.length;
      const rowSize = width * 8 + (native ? nativeSize : 0);
      if (rowSize === 0) throw new FrameError("a family without samples has rows");
      // Native histograms stand between the rows.
      const most = native ? 1 : Math.max(1, Math.floor(rowNumbers / width));
      if (this.#row.length < most * width) this.#row = new Float64Array(most * width);
      while (!frame.isAtEnd) {
        let slot = frame.u32();
        const end = slot + frame.count(rowSize);
        while (slot < end) {
          const rows = Math.min(most, end - slot);
          frame.f64s(this.#row, rows * width);
          for (let i = 0; i < rows; i++) {
            this.#report.row(family, slot++, this.#row, i * width, native ? readNative(frame) : undefined);
          }
        }
      }
    },
    [messages.exemplars]: (frame, family) => {
      while (!frame.isAtEnd) {
        const [slot, sample, value, timestampSeconds] = [frame.u32(), frame.u32(), frame.f64(), frame.f64()];
        const labels = Object.fromEntries(
          Array.from({ length: frame.count(8) }, () => [frame.text(), frame.text()] as const),
        );
        this.#report.exemplar(family, slot, sample, { labels, value, timestampSeconds });
      }
    },
  };

  #descriptionOf(family: number): FamilyDescription {
    const description = this.#descriptions.get(family);
    if (description === undefined) throw new FrameError(`family ${family} was not described`);
    return description;
  }
}

function readDescription(frame: FrameReader): FamilyDescription {
  const [name, help] = [frame.text(), frame.text()];
  const type = frame.text() as MetricType;
  if (!types.has(type)) throw new FrameError("there is no such type of metric");
  const aggregation = frame.text() as Aggregation;
  if (!aggregationsOf(type).includes(aggregation)) throw new FrameError("there is no such aggregation");
  const unit = frame.text() || undefined;
  const native = frame.u8() === 1;
  const labelNames = Array.from({ length: frame.count(4) }, () => frame.text());
  const samples = Array.from({ length: frame.count(1) }, () => readSample(frame));
  return { name, help, type, unit, aggregation, labelNames, samples, native };
}

function readSample(frame: FrameReader): Sample {
  const kind = sampleKinds[frame.u8()];
  switch (kind) {
    case undefined:
      throw new FrameError("there is no such kind of sample");
    case "bucket":
      return { kind, upperBound: frame.f64() };
    case "quantile":
      return { kind, quantile: frame.f64() };
    case "state":
      return { kind, state: frame.text() };
    default:
      return { kind };
  }
}

function readNative(frame: FrameReader): NativeHistogram {
  const schema = frame.i32();
  if (schema < minSchema || schema > maxSchema) throw new FrameError("there is no such schema");
  const [zeroThreshold, zeroCount, count, sum] = [frame.f64(), frame.f64(), frame.f64(), frame.f64()];
  if (!(zeroThreshold >= 0)) throw new FrameError("a zero threshold is negative");
  return { schema, zeroThreshold, zeroCount, count, sum, positive: readBuckets(frame), negative: readBuckets(frame) };
}

function readBuckets(frame: FrameReader): [number, number][] {
  let last = -Infinity;
  return Array.from({ length: frame.count(12) }, () => {
    const index = frame.i32();
    if (index <= last) throw new FrameError("buckets are out of order");
    last = index;
    return [index, frame.f64()];
  });
}
