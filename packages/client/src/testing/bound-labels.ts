import type { ParsedType } from "../parse/index.ts";

/**
 * The label that is a number in a family of the type: `le` in a histogram, `quantile` in a summary. Formats spell it in
 * different ways, such as `1` and `1.0`.
 */
export function boundLabelOf(type: ParsedType): string | undefined {
  if (type === "histogram" || type === "gaugehistogram") return "le";
  return type === "summary" ? "quantile" : undefined;
}

/** The number that a bound label says, in the spelling of Prometheus or JavaScript. NaN where it says none. */
export function boundOf(text: string): number {
  return text === "" ? NaN : Number(text.replace(/^\+?inf$/i, "Infinity").replace(/^-inf$/i, "-Infinity"));
}
