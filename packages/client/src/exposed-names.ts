import type { Family } from "./family.ts";

/**
 * The names that a family's samples bear in one format or another, and that no other family may bear.
 *
 * @see https://prometheus.io/docs/specs/om/open_metrics_spec/#metric-naming-and-namespaces
 */
export function exposedNames({ name, type }: Family): string[] {
  const suffixed = (...suffixes: string[]): string[] => [name, ...suffixes.map((suffix) => name + suffix)];
  switch (type) {
    case "counter":
      return [name, name.replace(/(?<=.)_total$/, "")];
    case "info":
      return [name, name.replace(/_info$/, "")];
    case "histogram":
      return suffixed("_bucket", "_sum", "_count");
    case "gaugehistogram":
      return suffixed("_bucket", "_gsum", "_gcount");
    case "summary":
      return suffixed("_sum", "_count");
    default:
      return [name];
  }
}
