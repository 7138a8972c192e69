import { BoundSeries } from "../series/bound-series.ts";
import type { LabelArguments, Labels, SomeLabels } from "../series/labels.ts";
import { around } from "./around.ts";
import { Metric, type MetricOptions, refuseValue } from "./metric.ts";
import { startLabelledTimer, startTimer, time } from "./timer.ts";

/** One series of a {@link Gauge}. */
export class GaugeSeries extends BoundSeries {
  /** Sets the value; `NaN` and the infinities are values too. */
  set(value: number): void {
    if (typeof value !== "number") refuseGaugeValue(this.table.metricName, value);
    this.table.set(this.slot(), value);
  }

  /** Adds `amount`, by default 1. */
  inc(amount = 1): void {
    if (typeof amount !== "number") refuseGaugeValue(this.table.metricName, amount);
    this.table.add(this.slot(), amount);
  }

  /** Subtracts `amount`, by default 1. */
  dec(amount = 1): void {
    if (typeof amount !== "number") refuseGaugeValue(this.table.metricName, amount);
    this.table.add(this.slot(), -amount);
  }

  /** Does `work` with the value 1 higher for as long, until a promise it returns is settled. Returns what it returns. */
  trackInProgress<Result>(work: () => Result): Result {
    const begun = this.table.created[this.slot()];
    return around(work, {
      before: () => this.inc(),
      after: () => {
        // The series may have gone in the meantime, and another may have come in its place.
        const slot = this.table.find(this.labelValues);
        if (slot !== undefined && this.table.created[slot] === begun) this.table.add(slot, -1);
      },
    });
  }

  /** Sets the value to the current Unix time in seconds. */
  setToCurrentTime(): void {
    this.set(Date.now() / 1000);
  }

  /** Starts a stopwatch. The function it returns sets the value to the seconds since, and returns them. */
  startTimer(): () => number {
    return startTimer((seconds) => this.set(seconds));
  }

  /** Does `work` and sets the value to the seconds it takes, until a promise it returns is settled. Returns what it returns. */
  time<Result>(work: () => Result): Result {
    return time((seconds) => this.set(seconds), work);
  }
}

/**
 * A value that can go up and down, such as a temperature or the number of requests in flight.
 *
 * ```ts
 * const temperature = new Gauge({ name: "room_temperature_celsius", help: "Temperature of the room.", labelNames: ["room"] });
 * temperature.set({ room: "kitchen" }, 21.5);
 * ```
 *
 * @see https://prometheus.io/docs/instrumenting/writing_clientlibs/#gauge
 */
export class Gauge<const Names extends string = never> extends Metric<Names> {
  /** Throws a `MetricsError` if the declaration is invalid or a registry holds another metric of that name. */
  constructor(options: MetricOptions<Names, Gauge<Names>>) {
    super(options, { type: "gauge", samples: [{ kind: "value" }] });
  }

  /** Sets one series, which is created where there is none; `NaN` and the infinities are values too. */
  set(labels: Labels<Names>, value: number): void;
  set(this: Gauge<never>, value: number): void;
  set(first?: unknown, second?: unknown): void {
    const value = typeof first === "object" ? second : first;
    if (typeof value !== "number") refuseGaugeValue(this.name, value);
    this.table.set(this.slotOf(first), value);
  }

  /** Adds `amount`, by default 1, to one series, which is created at zero where there is none. */
  inc(labels: Labels<Names>, amount?: number): void;
  inc(this: Gauge<never>, amount?: number): void;
  inc(first?: unknown, second?: unknown): void {
    const given = typeof first === "object" && first !== null ? second : first;
    const amount = given === undefined ? 1 : given;
    if (typeof amount !== "number") refuseGaugeValue(this.name, amount);
    this.table.add(this.slotOf(first), amount);
  }

  /** Subtracts `amount`, by default 1, from one series, which is created at zero where there is none. */
  dec(labels: Labels<Names>, amount?: number): void;
  dec(this: Gauge<never>, amount?: number): void;
  dec(first?: unknown, second?: unknown): void {
    const given = typeof first === "object" && first !== null ? second : first;
    const amount = given === undefined ? 1 : given;
    if (typeof amount !== "number") refuseGaugeValue(this.name, amount);
    this.table.add(this.slotOf(first), -amount);
  }

  /** Does `work` with one series 1 higher for as long, until a promise it returns is settled. Returns what it returns. */
  trackInProgress<Result>(labels: Labels<Names>, work: () => Result): Result;
  trackInProgress<Result>(this: Gauge<never>, work: () => Result): Result;
  trackInProgress<Result>(first: unknown, second?: unknown): Result {
    const series = new GaugeSeries(this.table, this.labelValuesOf(first));
    return series.trackInProgress((second ?? first) as () => Result);
  }

  /** Sets one series to the current Unix time in seconds. */
  setToCurrentTime(labels: Labels<Names>): void;
  setToCurrentTime(this: Gauge<never>): void;
  setToCurrentTime(labels?: unknown): void {
    this.table.set(this.slotOf(labels), Date.now() / 1000);
  }

  /**
   * Starts a stopwatch. The function it returns sets the series to the seconds since, and returns them. Labels that are known only
   * then may be given to that function.
   */
  startTimer(labels?: SomeLabels<Names>): (labels?: SomeLabels<Names>) => number {
    return startLabelledTimer(labels, (all, seconds) => this.table.set(this.slotOf(all), seconds));
  }

  /** Does `work` and sets one series to the seconds it takes, until a promise it returns is settled. Returns what it returns. */
  time<Result>(labels: Labels<Names>, work: () => Result): Result;
  time<Result>(this: Gauge<never>, work: () => Result): Result;
  time<Result>(first: unknown, second?: unknown): Result {
    const labels = typeof first === "function" ? {} : { ...(first as object) };
    this.slotOf(labels);
    return time((seconds) => this.table.set(this.slotOf(labels), seconds), (second ?? first) as () => Result);
  }

  /** One series, bound: its calls need no lookup. It is exposed, at zero, from now on. */
  labels(...labels: LabelArguments<Names>): GaugeSeries {
    return new GaugeSeries(this.table, this.table.labelValues(labels));
  }
}

function refuseGaugeValue(name: string, value: unknown): never {
  refuseValue(name, value, "give a number");
}
