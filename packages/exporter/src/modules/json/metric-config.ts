import { z } from "zod";
import { messageOf } from "../../exporter-error.ts";
import { Scrape } from "../../scrape/scrape.ts";
import { type Conversion, conversions, type MetricPlan } from "./evaluation-job.ts";

/** The types that a metric may have. */
export type MetricKind = "gauge" | "counter" | "unknown" | "info" | "histogram";

/** A label as a configuration has it. */
export type LabelConfig = string | { readonly value: string; readonly optional: boolean };

/** A metric as a configuration has it. */
export interface MetricConfig {
  readonly name: string;
  readonly help: string;
  readonly type: MetricKind;
  readonly unit?: string | undefined;
  readonly each?: string | undefined;
  readonly value?: string | undefined;
  readonly buckets?: string | undefined;
  readonly sum?: string | undefined;
  readonly count?: string | undefined;
  readonly cumulative: boolean;
  readonly labels: Readonly<Record<string, LabelConfig>>;
  readonly fixed_labels: Readonly<Record<string, string>>;
  readonly optional: boolean;
  readonly convert: Conversion;
  readonly map?: Readonly<Record<string, number>> | undefined;
  readonly unmapped?: number | undefined;
  readonly max_series: number;
}

/** A JSONata expression. The parser is loaded with the first. */
export function expression(): z.ZodType<string, string> {
  return z
    .string()
    .min(1)
    .max(10_000)
    .superRefine(async (text, context) => {
      const { syntaxProblem } = await import("./expression.ts");
      const message = syntaxProblem(text);
      if (message !== undefined) context.addIssue({ code: "custom", message });
    });
}

/** Labels with the values that they always have. */
export const fixedLabels: z.ZodType<Readonly<Record<string, string>>> = z
  .record(labelName(), z.string())
  .default({})
  .meta({ description: "Labels that every series gets, with their values." });

function labelName(): z.ZodString {
  return z
    .string()
    .regex(
      /^(?!__)[a-zA-Z_][a-zA-Z0-9_]*$/,
      "is no name of a label; use letters, digits and _, and no __ at the start",
    );
}

const label = z.union([
  expression(),
  z.strictObject({ value: expression(), optional: z.boolean().default(false) }),
]) as z.ZodType<LabelConfig>;

/** A metric. */
export const metricSchema: z.ZodType<MetricConfig> = z
  .strictObject({
    name: z.string().meta({ description: "The name of the metric." }),
    help: z.string().min(1).meta({ description: "What it means, in a sentence." }),
    type: z
      .enum(["gauge", "counter", "unknown", "info", "histogram"])
      .default("gauge")
      .meta({ description: "What kind of metric it is." }),
    unit: z.string().optional().meta({ description: "The unit that the name ends in, such as seconds." }),
    each: expression()
      .optional()
      .meta({ description: "Finds the items that are a series each; without, the document is the one." }),
    value: expression().optional().meta({ description: "Finds the value, of an item if there is each." }),
    buckets: expression()
      .optional()
      .meta({ description: "Finds the buckets of a histogram: counts by upper bound, or a list." }),
    sum: expression().optional().meta({ description: "Finds the sum of a histogram." }),
    count: expression().optional().meta({ description: "Finds the count of a histogram; by default that of +Inf." }),
    cumulative: z
      .boolean()
      .default(true)
      .meta({ description: "Whether each bucket counts what is in those below it, too." }),
    labels: z.record(labelName(), label).default({}).meta({ description: "Finds the value of each label." }),
    fixed_labels: fixedLabels,
    optional: z.boolean().default(false).meta({ description: "Whether it may be missing from the document." }),
    convert: z.enum(conversions).default("number").meta({ description: "What texts are read as." }),
    map: z.record(z.string(), z.number()).optional().meta({ description: "The numbers that texts stand for." }),
    unmapped: z.number().optional().meta({ description: "The number of texts that map does not have." }),
    max_series: z.int().min(1).max(1_000_000).default(10_000).meta({ description: "How many series there may be." }),
  })
  .superRefine(async (metric, context) => {
    const problem = wrongParts(metric) ?? wrongDeclaration(metric) ?? (await wrongTogether(metric));
    if (problem === undefined) return;
    context.addIssue({ code: "custom", path: problem.path, message: problem.message });
  });

interface MetricProblem {
  readonly path: string[];
  readonly message: string;
}

const valuesOf: Readonly<Record<MetricKind, readonly (keyof MetricConfig)[]>> = {
  gauge: ["value"],
  counter: ["value"],
  unknown: ["value"],
  info: [],
  histogram: ["buckets", "sum"],
};

function wrongParts(metric: MetricConfig): MetricProblem | undefined {
  const { type } = metric;
  const needed = valuesOf[type];
  for (const key of needed) {
    if (metric[key] === undefined)
      return { path: [], message: `has no ${key}, which a metric of type ${type} needs; add it` };
  }
  for (const key of ["value", "buckets", "sum", "count"] as const) {
    const isTaken = needed.includes(key) || (key === "count" && type === "histogram");
    if (metric[key] !== undefined && !isTaken) {
      return { path: [key], message: `is nothing that a metric of type ${type} has; remove it, or correct type` };
    }
  }
  for (const key of Object.keys(metric.labels)) {
    if (Object.hasOwn(metric.fixed_labels, key))
      return { path: ["labels", key], message: "is among fixed_labels, too; give one of them" };
  }
  return undefined;
}

/** Has the client library look at the declaration. */
function wrongDeclaration({
  name,
  help,
  type,
  unit,
  labels,
  fixed_labels: fixed,
}: MetricConfig): MetricProblem | undefined {
  const labelNames = [...Object.keys(labels), ...Object.keys(fixed)];
  if (type === "histogram" && labelNames.includes("le"))
    return { path: [], message: "the label le is that of its buckets; use another name" };
  const scrape = new Scrape(AbortSignal.abort());
  const options = { name, help, labelNames, ...(unit !== undefined && { unit }) };
  try {
    if (type === "info") scrape.info(options);
    else if (type === "counter") scrape.counter(options);
    else scrape.gauge(options);
    return undefined;
  } catch (error) {
    return { path: ["name"], message: messageOf(error).replace(/^Metric name /, "metric name ") };
  }
}

/** What expressions say of their parents can be told from all of them alone. */
async function wrongTogether({ each, ...metric }: MetricConfig): Promise<MetricProblem | undefined> {
  const { syntaxProblem } = await import("./expression.ts");
  const { composeExpression } = await import("./composed-expression.ts");
  const { values, labels } = partsOf(metric);
  const parts: [string, string][] = [
    ...Object.entries(values),
    ...labels.map(({ name, value }): [string, string] => [`labels.${name}`, value]),
  ];
  if ([each, ...parts.map(([, text]) => text)].some((text) => text !== undefined && syntaxProblem(text) !== undefined))
    return undefined;
  for (const [part, text] of parts) {
    const problem = composeProblem(() => composeExpression(each ?? "$", new Map([[part, text]]), 1000));
    if (problem !== undefined) return { path: part.split("."), message: problem };
  }
  return undefined;
}

function composeProblem(compose: () => unknown): string | undefined {
  try {
    compose();
    return undefined;
  } catch (error) {
    const { code, message } = error as { code?: string; message?: string };
    const parents =
      "has a % that leads to no parent; each must be a path such as groups.items, whose last steps are the parents";
    return code === "S0217" ? parents : `is no JSONata expression: ${message}`;
  }
}

function partsOf({
  type,
  value,
  buckets,
  sum,
  count,
  labels,
}: Omit<MetricConfig, "each">): Pick<MetricPlan, "values" | "labels"> {
  const given = type === "info" ? {} : type === "histogram" ? { buckets, sum, count } : { value };
  return {
    values: Object.fromEntries(
      Object.entries(given).filter((entry): entry is [string, string] => entry[1] !== undefined),
    ),
    labels: Object.entries(labels).map(([name, found]) =>
      typeof found === "string"
        ? { name, value: found, isOptional: false }
        : { name, value: found.value, isOptional: found.optional },
    ),
  };
}

/** The metric as it is evaluated. */
export function planOf(metric: MetricConfig): MetricPlan {
  const { name, type, each, optional, convert, map, unmapped, max_series: maxSeries, cumulative } = metric;
  const kind = type === "info" || type === "histogram" || type === "counter" ? type : "number";
  const common = { name, kind, each, isOptional: optional, conversion: convert, map, unmapped, maxSeries } as const;
  return { ...common, ...partsOf(metric), isCumulative: cumulative };
}
