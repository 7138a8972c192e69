/**
 * What can be wrong with a declaration or a call, one code each.
 *
 * | code | meaning |
 * | --- | --- |
 * | `invalid_metric_name` | the name breaks the data model's rules |
 * | `invalid_label_name` | a label name breaks the data model's rules, is reserved or stands twice |
 * | `missing_help` | a metric was declared without HELP text |
 * | `invalid_unit` | the name does not end in the unit, or the type has none |
 * | `invalid_limit` | a limit on series or on time is not one |
 * | `invalid_quantiles` | quantiles are not numbers from 0 to 1, or the window is none |
 * | `invalid_states` | the states of a state set are none, not unique or not known |
 * | `invalid_buckets` | bucket bounds are not numbers or not strictly increasing, or a native setting is out of range |
 * | `invalid_labels` | a call gave too few, too many or unknown labels |
 * | `invalid_value` | a value is not a number, or a counter would go down |
 * | `invalid_aggregation` | metrics of the type cannot be aggregated in that way |
 * | `invalid_path` | a path does not begin with a slash, or what is excluded is neither text nor a regular expression |
 * | `duplicate_metric` | the registry holds another metric of that name |
 */
export type MetricsErrorCode =
  | "invalid_metric_name"
  | "invalid_label_name"
  | "missing_help"
  | "invalid_unit"
  | "invalid_limit"
  | "invalid_quantiles"
  | "invalid_states"
  | "invalid_buckets"
  | "invalid_labels"
  | "invalid_value"
  | "invalid_aggregation"
  | "invalid_path"
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
