import { z } from "zod";
import { duration } from "../../config/duration.ts";

/** A metric that is made of the rows of a query. */
export interface QueryMetric {
  readonly name: string;
  readonly help: string;
  readonly type: "counter" | "gauge" | "histogram" | "info" | "unknown";
  /** The column that has the value. */
  readonly value?: string | undefined;
  /** Several columns, each with the value that the label `value_label` has for it. */
  readonly values?: Readonly<Record<string, string>> | undefined;
  readonly value_label?: string | undefined;
  /** Columns that are labels. */
  readonly labels: readonly string[];
  readonly static_labels: Readonly<Record<string, string>>;
  /** Columns of a histogram's cumulative counts by upper bound. */
  readonly buckets?: Readonly<Record<string, string>> | undefined;
  readonly sum?: string | undefined;
  readonly count?: string | undefined;
  /** What NULL is in a value column. */
  readonly null: "skip" | number;
}

/** A query as a configuration file has it. */
export interface QueryConfig {
  readonly name: string;
  readonly sql: string;
  /** Seconds for which a result is good. */
  readonly interval: number;
  /** Seconds. */
  readonly timeout: number;
  readonly max_rows: number;
  readonly metrics: readonly QueryMetric[];
}

/** A name of a target or query, which is part of the name of a collector. */
export const plainName: z.ZodString = z
  .string()
  .regex(/^[a-z0-9][a-z0-9_.-]{0,59}$/, 'is no name; use lower case letters, digits, "_", "." and "-", 60 at most');

const labelName = z
  .string()
  .regex(
    /^(?!__)[a-zA-Z_][a-zA-Z0-9_]*$/,
    "is no name of a label; use letters, digits and _, and give a column such a name by AS",
  )
  .regex(/^(?!target$)/, "is the label that has the name of the database; call it otherwise, a column by AS");

/** Labels that every series has. */
export const staticLabels: z.ZodType<Readonly<Record<string, string>>> = z.record(labelName, z.string());

const column = z.string().min(1);

const metric = z
  .strictObject({
    name: z
      .string()
      .regex(/^[a-zA-Z_:][a-zA-Z0-9_:]*$/, "is no name of a metric; use letters, digits and _")
      .meta({ description: "The name of the metric." }),
    help: z.string().min(1).meta({ description: "What it tells, in a sentence." }),
    type: z
      .enum(["counter", "gauge", "histogram", "info", "unknown"])
      .meta({ description: "A counter never falls; an info is always 1; unknown is what may be either." }),
    value: column.optional().meta({ description: "The column that has the value." }),
    values: z
      .record(z.string(), column)
      .optional()
      .meta({ description: "Several columns with values, by what the label value_label is for each." }),
    value_label: labelName.optional().meta({ description: "The label that tells the columns of values apart." }),
    labels: z.array(labelName).default([]).meta({ description: "The columns that are labels." }),
    static_labels: staticLabels.default({}).meta({ description: "Labels that each series of the metric has." }),
    buckets: z
      .record(
        z.string().regex(/^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/, "is no upper bound; write a number"),
        column,
      )
      .optional()
      .meta({ description: "Of a histogram: the columns that count what is not above each bound." }),
    sum: column.optional().meta({ description: "Of a histogram: the column of the sum." }),
    count: column.optional().meta({ description: "Of a histogram: the column of the number of observations." }),
    null: z
      .union([z.literal("skip"), z.number()])
      .default("skip")
      .meta({ description: "What NULL is as a value: a number, or skip, and there is no series." }),
  })
  .superRefine((given, context) => {
    const issue = (path: string, message: string): void => context.addIssue({ code: "custom", path: [path], message });
    const isHistogram = given.type === "histogram";
    const count = [given.value, given.values].filter((each) => each !== undefined).length;
    if (isHistogram || given.type === "info") {
      if (count > 0)
        issue(given.value === undefined ? "values" : "value", `is nothing that ${anA(given.type)} has; leave it out`);
    } else if (count !== 1) issue("type", "needs either value or values; name the column or columns");
    if ((given.values === undefined) !== (given.value_label === undefined)) {
      issue(
        given.values === undefined ? "value_label" : "values",
        "goes with the other of values and value_label; give both",
      );
    }
    for (const key of ["buckets", "sum", "count"] as const) {
      if (isHistogram && given[key] === undefined) issue("type", `needs ${key}; name the column`);
      if (!isHistogram && given[key] !== undefined) issue(key, "is for a histogram; leave it out");
    }
    if (given.type === "info" && !/._info$/.test(given.name)) issue("name", "of an info ends in _info; add it");
    if (isHistogram && [...given.labels, ...Object.keys(given.static_labels)].includes("le")) {
      issue("labels", "cannot have le, which tells the buckets apart; call it otherwise");
    }
    const names = [
      ...given.labels,
      ...Object.keys(given.static_labels),
      ...(given.value_label === undefined ? [] : [given.value_label]),
    ];
    const twice = names.find((name, i) => names.indexOf(name) !== i);
    if (twice !== undefined) issue("labels", `has ${twice} twice; take one of them out`);
  });

function anA(type: string): string {
  return /^[aeiou]/.test(type) ? `an ${type}` : `a ${type}`;
}

/** The schema of a query. */
export const querySchema: z.ZodType<QueryConfig> = z.strictObject({
  name: plainName.meta({ description: "What it is called in sql_query_success and where targets name it." }),
  sql: z.string().min(1).meta({ description: "One statement that returns rows." }),
  interval: duration()
    .prefault("0s")
    .meta({ description: "How long a result is good; scrapes within it get it again. By default every scrape asks." }),
  timeout: duration()
    .refine((seconds) => seconds > 0, "is none; give a duration above 0")
    .prefault("5s")
    .meta({ description: "How long it may take until it is cancelled on the server." }),
  max_rows: z
    .int()
    .min(1)
    .max(100_000)
    .default(1000)
    .meta({ description: "How many rows it may return; one more is an error." }),
  metrics: z.array(metric).min(1).meta({ description: "What is made of the rows." }),
});
