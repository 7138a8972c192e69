/** Rules of one subject, and what proves them. */
export interface RuleSet {
  /** The name of its files, without their endings: lower case, short, and unique in a command. */
  readonly name: string;
  readonly groups: readonly RuleGroup[];
  readonly tests: readonly RuleTest[];
}

/** Rules that Prometheus evaluates one after the other. */
export interface RuleGroup {
  readonly name: string;
  readonly rules: readonly (RecordingRule | AlertingRule)[];
}

/** What Prometheus works out ahead, because it is asked for often or over long times. */
export interface RecordingRule {
  /** As `level:metric:operations`. */
  readonly record: string;
  /** PromQL. */
  readonly expr: string;
}

/** What somebody is to be told of. */
export interface AlertingRule {
  readonly alert: string;
  /** PromQL that has a series for each that is to be told of. */
  readonly expr: string;
  /** For how long that must hold, as in `15m`. Default: it need not last. */
  readonly for?: string | undefined;
  /** `critical`: somebody should get up. `warning`: somebody should look at it by day. */
  readonly severity: "critical" | "warning";
  /** One line, in which `{{ $labels.… }}` may stand, or `{{ or $labels.… $labels.… }}` for the first that is not empty. */
  readonly summary: string;
  /** A sentence, in which the same may stand, and `{{ $value | … }}` once. */
  readonly description: string;
  /** What to do first, in a sentence. */
  readonly runbook: string;
}

/** A story of series, and what comes of it. */
export interface RuleTest {
  readonly name: string;
  /** The values of each series, a minute apart, as promtool writes them: `0+60x30`. */
  readonly series: Readonly<Record<string, string>>;
  readonly alerts?: readonly AlertTest[] | undefined;
  readonly values?: readonly ValueTest[] | undefined;
}

/** Who is told of at a time. */
export interface AlertTest {
  readonly alert: string;
  /** Since the start, as in `20m`. */
  readonly at: string;
  /** The labels of each that is told of, without severity, and the value as the description has it. */
  readonly firing: readonly { readonly labels: Readonly<Record<string, string>>; readonly value?: string }[];
}

/** What an expression is at a time. */
export interface ValueTest {
  readonly expr: string;
  readonly at: string;
  /** Each series as promtool writes it, and its value. */
  readonly samples: Readonly<Record<string, number>>;
}
