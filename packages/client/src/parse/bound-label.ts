/**
 * A number as the value of an `le` or `quantile` label in OpenMetrics: as Go's `%g` prints it, with `.0` where it would
 * look like an integer. Prometheus stores the bounds that protobuf carries in this way.
 *
 * @see https://prometheus.io/docs/specs/om/open_metrics_spec/#considerations-canonical-numbers
 */
export function boundLabel(bound: number): string {
  if (bound === Infinity) return "+Inf";
  if (bound === -Infinity) return "-Inf";
  if (Number.isNaN(bound)) return "NaN";
  if (bound === 0) return Object.is(bound, -0) ? "-0.0" : "0.0";
  const [mantissa = "", power = ""] = bound.toExponential().split("e");
  const exponent = Number(power);
  if (exponent < -4 || exponent >= 6) {
    return `${mantissa}e${exponent < 0 ? "-" : "+"}${String(Math.abs(exponent)).padStart(2, "0")}`;
  }
  return Number.isInteger(bound) ? `${bound}.0` : String(bound);
}
