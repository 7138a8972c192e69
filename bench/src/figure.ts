import type { Measurement } from "./compare.ts";
import type { Comparison, Unit } from "./suites/comparison.ts";

/** One cell of the results. */
export interface Figure {
  readonly group: string;
  readonly work: string;
  readonly column: string;
  /** Nanoseconds or bytes. */
  readonly value: number;
  readonly unit: Unit;
  /** The value divided by that of the comparison's first entry; not a number if there is none. */
  readonly ratio: number;
  /** Bytes that the work made, if it makes any. */
  readonly bytes: number | undefined;
}

/** The cells that come of a comparison. */
export function figuresOf({ group, once, figures = {}, entries }: Comparison, of: readonly Measurement[]): Figure[] {
  const first = of.find(({ work, column }) => work === entries[0]?.work && column === entries[0].column);
  const times = once
    ? []
    : of.map(({ work, column, nanoseconds, ratio, figures: { bytes } }) => {
        return { group, work, column, value: nanoseconds, unit: "ns" as const, ratio, bytes };
      });
  const others = Object.entries(figures).flatMap(([name, { title, unit }]) =>
    of.map((measurement) => {
      const value = measurement.figures[name] ?? NaN;
      const ratio = value / (first?.figures[name] ?? NaN);
      const work = `${measurement.work}: ${title}`;
      return { group, work, column: measurement.column, value, unit, ratio, bytes: undefined };
    }),
  );
  return [...times, ...others];
}

/** A value with its unit, to three digits. */
export function formatted({ value, unit }: Pick<Figure, "value" | "unit">): string {
  if (Number.isNaN(value)) return "–";
  if (unit === "bytes") return `${Math.round(value).toLocaleString("en")} B`;
  if (value < 1e4) return `${digits(value)} ns`;
  return value < 1e6 ? `${digits(value / 1e3)} µs` : `${digits(value / 1e6)} ms`;
}

/** A ratio, to three digits; nothing where there is none. */
export function formattedRatio(ratio: number): string {
  return Number.isFinite(ratio) && ratio > 0 ? `${digits(ratio)}x` : "";
}

/** A number to three digits, without an exponent. */
export function digits(value: number): string {
  if (Math.abs(value) >= 100) return Math.round(value).toLocaleString("en");
  return value.toFixed(Math.abs(value) >= 10 ? 1 : 2);
}
