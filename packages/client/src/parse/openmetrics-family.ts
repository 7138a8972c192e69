import { labelHash, sameLabels, SeenLabelSets } from "./label-sets.ts";
import {
  addToPoint,
  distinguishingLabel,
  emptyPoint,
  type MetricPoint,
  pointFault,
  resetPoint,
  reservedLabel,
  sampleSuffixes,
  valueFault,
} from "./openmetrics-rules.ts";
import type { ParsedFamily, ParsedSample, ParsedType } from "./parsed-family.ts";
import type { TextScanner } from "./text-scanner.ts";

/** A metric family of an OpenMetrics exposition while it is read: what was seen of it, held against the rules. */
export class OpenMetricsFamily {
  readonly name: string;
  /** Where its name stood first. */
  readonly at: number;
  readonly #scanner: TextScanner;
  readonly #samples: ParsedSample[] = [];
  readonly #metrics = new SeenLabelSets();
  #type: ParsedType | undefined;
  #unit: string | undefined;
  #help: string | undefined;
  #lastName: string | undefined;
  #lastSuffix = "";
  /** The last sample of the metric that is being read, the label that is none of the metric's own, the hash without it. */
  #lastSample: ParsedSample | undefined;
  #lastApart: string | undefined;
  #metricHash = 0;
  readonly #point: MetricPoint = emptyPoint();
  #lastSampleAt = 0;

  constructor(scanner: TextScanner, name: string, at: number) {
    this.#scanner = scanner;
    this.name = name;
    this.at = at;
  }

  get type(): ParsedType {
    return this.#type ?? "unknown";
  }

  get hasSamples(): boolean {
    return this.#samples.length > 0;
  }

  setType(type: ParsedType, at: number): void {
    if (this.#type !== undefined) this.#scanner.fail("one TYPE line for each family", at);
    this.#type = type;
    this.#refuseUnit();
  }

  /** Takes the unit, whose line begins at `lineAt` and which stands at `at`. */
  setUnit(unit: string, lineAt: number, at: number): void {
    if (this.#unit !== undefined) this.#scanner.fail("one UNIT line for each family", lineAt);
    this.#unit = unit;
    if (unit !== "" && !this.name.endsWith(`_${unit}`))
      this.#scanner.fail("a unit that the name of the family ends in", at);
    this.#refuseUnit();
  }

  setHelp(help: string, at: number): void {
    if (this.#help !== undefined) this.#scanner.fail("one HELP line for each family", at);
    this.#help = help;
  }

  /** What follows the family's name in `name`; undefined if that is no name of its samples. */
  suffixOf(name: string): string | undefined {
    if (name === this.#lastName) return this.#lastSuffix;
    if (!name.startsWith(this.name)) return undefined;
    const suffix = name.slice(this.name.length);
    if (!sampleSuffixes[this.type].includes(suffix)) return undefined;
    this.#lastName = name;
    return (this.#lastSuffix = suffix);
  }

  /** Takes a sample whose labels have the given hash and whose line begins at `at`. */
  add(sample: ParsedSample, suffix: string, hash: number, at: number, valueAt: number): void {
    const { type } = this;
    const scanner = this.#scanner;
    const label = distinguishingLabel(this.name, type, suffix);
    const reserved = reservedLabel(type);
    if (reserved !== undefined && reserved !== label && reserved in sample.labels) {
      scanner.fail(`no label ${reserved} on a sample of this kind`, at);
    }
    const value = valueFault(type, suffix, sample.value);
    if (value !== undefined) scanner.fail(value, valueAt);
    const point = this.#pointOf(sample, label, hash, at);
    const misfit = addToPoint(point, type, suffix, sample, label);
    if (misfit !== undefined) scanner.fail(misfit, at);
    this.#samples.push(sample);
    this.#lastSampleAt = at;
  }

  /** The family, once its last sample was read. */
  finish(): ParsedFamily {
    this.#closePoint();
    return {
      name: this.name,
      type: this.type,
      ...(this.#help ? { help: this.#help } : undefined),
      ...(this.#unit ? { unit: this.#unit } : undefined),
      samples: this.#samples,
    };
  }

  #refuseUnit(): void {
    if (this.#unit && (this.#type === "info" || this.#type === "stateset")) {
      this.#scanner.fail(`no unit on the ${this.#type} ${JSON.stringify(this.name)}`, this.at);
    }
  }

  /** The point that a sample belongs to: the current one, or an empty one where another metric or time begins. */
  #pointOf(sample: ParsedSample, apart: string | undefined, hash: number, at: number): MetricPoint {
    const scanner: TextScanner = this.#scanner;
    const { labels, timestampSeconds } = sample;
    const point = this.#point;
    const last = this.#lastSample;
    const value = apart === undefined ? undefined : labels[apart];
    const metricHash = value === undefined ? hash : (hash - labelHash(apart!, value)) | 0;
    const same =
      last !== undefined && metricHash === this.#metricHash && sameLabels(last.labels, labels, this.#lastApart, apart);
    if (!same) {
      this.#closePoint();
      if (!this.#metrics.add(metricHash, labels, apart)) scanner.fail("the samples of each metric together", at);
      this.#metricHash = metricHash;
      resetPoint(point, timestampSeconds);
    } else if (timestampSeconds !== point.timestampSeconds) {
      const before = point.timestampSeconds;
      if (timestampSeconds === undefined || before === undefined) {
        scanner.fail("a timestamp on all samples of a metric, or on none", at);
      }
      if (timestampSeconds < before) scanner.fail("the timestamps of a metric in rising order", at);
      this.#closePoint();
      resetPoint(point, timestampSeconds);
    }
    this.#lastSample = sample;
    this.#lastApart = apart;
    return point;
  }

  #closePoint(): void {
    const fault = this.#lastSample === undefined ? undefined : pointFault(this.#point, this.type);
    if (fault !== undefined) this.#scanner.fail(fault, this.#lastSampleAt);
  }
}
