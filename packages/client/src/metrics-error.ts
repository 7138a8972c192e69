/**
 * What can be wrong with a declaration or a call, one code each.
 *
 * | code | meaning |
 * | --- | --- |
 * | `invalid_metric_name` | the name breaks the data model's rules |
 * | `invalid_label_name` | a label name breaks the data model's rules, is reserved or stands twice |
 * | `missing_help` | a metric was declared without HELP text |
 * | `invalid_buckets` | bucket bounds are not numbers or not strictly increasing |
 * | `invalid_labels` | a call gave too few, too many or unknown labels |
 * | `invalid_value` | a value is not a number, or a counter would go down |
 * | `duplicate_metric` | the registry holds another metric of that name |
 */
export type MetricsErrorCode =
  | "invalid_metric_name"
  | "invalid_label_name"
  | "missing_help"
  | "invalid_buckets"
  | "invalid_labels"
  | "invalid_value"
  | "duplicate_metric";

/** The one error that this library throws: a sentence that names the metric, the offending value and the remedy. */
export class MetricsError extends Error {
  override readonly name = "MetricsError";
  /** Stable across releases, unlike the message. */
  readonly code: MetricsErrorCode;

  constructor(code: MetricsErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}
