import { z } from "zod";
import { duration } from "../../config/duration.ts";
import { messageOf } from "../../exporter-error.ts";
import { LinePattern } from "./line-pattern.ts";
import type { Condition } from "./condition.ts";
import { type FormatConfig, formatSchema } from "./format-config.ts";
import { type LabelOptions, wholePattern } from "./label-value.ts";
import { valueForms, type ValueUnit, valueUnits } from "./number-value.ts";

/** Where the number of a metric comes from. */
export interface ValueConfig {
  readonly field: string;
  readonly unit?: ValueUnit | undefined;
}

/** A metric as a configuration has it. */
export interface MetricConfig {
  readonly name: string;
  readonly type: "counter" | "gauge" | "histogram" | "summary";
  readonly help: string;
  /** The format of the lines that it counts. Default: that of the source. */
  readonly format?: FormatConfig | undefined;
  readonly where: readonly Condition[];
  readonly labels: Readonly<Record<string, LabelOptions>>;
  /** Default: 1. */
  readonly value?: ValueConfig | undefined;
  /** What a gauge does with the value. */
  readonly operation: "set" | "inc" | "dec";
  readonly buckets?: readonly number[] | undefined;
  readonly native: boolean;
  readonly quantiles?: readonly number[] | undefined;
  readonly max_series: number;
  /** Seconds. */
  readonly expire_after?: number | undefined;
}

/** A text that `parse` does not throw at; what it throws is the sentence. */
function parsed(parse: (text: string) => unknown): z.ZodString {
  return z.string().superRefine((text, context) => {
    try {
      parse(text);
    } catch (error) {
      context.addIssue({ code: "custom", message: messageOf(error) });
    }
  });
}

const field = z.string().min(1).meta({ description: "A field of the line." });

const label = z.union([
  field.transform((name): LabelOptions => ({ field: name })),
  z
    .strictObject({
      field: field.optional(),
      value: z.string().optional().meta({ description: "A text that is always the same, instead of a field." }),
      path: z
        .union([z.literal(true), z.array(z.string().regex(/^\//, "is no path; begin it with a slash")).min(1)])
        .optional()
        .meta({ description: "Makes few paths of many: /users/123 is /users/:id; by templates, or true." }),
      regex: parsed(wholePattern).optional().meta({ description: "What must fit the whole text to be replaced." }),
      replacement: z
        .string()
        .optional()
        .meta({ description: "What takes its place; $1 and $<name> are groups. $1 by default." }),
      lowercase: z.boolean().optional(),
      map: z.record(z.string(), z.string()).optional().meta({ description: "Texts, and what takes their place." }),
      other: z.string().optional().meta({ description: "What takes the place of texts that are not in map." }),
      default: z.string().optional().meta({ description: "What stands for a field that the line does not have." }),
    })
    .refine((options) => (options.field === undefined) !== (options.value === undefined), {
      message: "has no source, or two; give it either a field or a value",
    })
    .refine((options) => options.replacement === undefined || options.regex !== undefined, {
      message: "has a replacement for nothing; give it a regex",
    }),
]);

const value = z.union([
  field.transform((name): ValueConfig => ({ field: name })),
  z.strictObject({
    field,
    unit: z
      .enum([...(Object.keys(valueUnits) as (keyof typeof valueUnits)[]), ...valueForms])
      .optional()
      .meta({ description: "What the number is measured in; the metric has seconds, bytes or a ratio." }),
  }),
]);

const text = z.union([z.string(), z.number().transform(String), z.boolean().transform(String)]);

const condition = z
  .strictObject({
    field,
    in: z
      .union([text.transform((one) => [one]), z.array(text).min(1)])
      .optional()
      .meta({ description: "A text that the field must be, or several one of which it must be." }),
    regex: parsed((source) => new LinePattern(source))
      .optional()
      .meta({ description: "What must be found in it." }),
    above: z.number().optional(),
    below: z.number().optional(),
    present: z.boolean().optional().meta({ description: "Whether the line must have it." }),
    not: z.boolean().optional().meta({ description: "Turns the condition around." }),
  })
  .refine(
    (options) => Object.entries(options).some(([key, given]) => !["field", "not"].includes(key) && given !== undefined),
    {
      message: "says nothing of the field; give it one of in, regex, above, below, present",
    },
  );

const reserved = /^(?:exporterkit_|scrape_|up$|process_|nodejs_)/;

/** What may stand in the list `metrics`. */
export const metricSchema: z.ZodType<MetricConfig> = z
  .strictObject({
    name: z
      .string()
      .regex(/^[a-zA-Z_:][a-zA-Z0-9_:]*$/, "is no name of a metric; use letters, digits and _")
      .refine((name) => !reserved.test(name), "is taken by the exporter or by Prometheus; choose another name"),
    type: z.enum(["counter", "gauge", "histogram", "summary"]),
    help: z.string().min(1).meta({ description: "A sentence on what it means." }),
    format: formatSchema
      .optional()
      .meta({ description: "The format of the lines it counts; that of the source by default." }),
    where: z.array(condition).default([]).meta({ description: "What a line must be like; all must hold." }),
    labels: z
      .record(
        z.string().regex(/^(?!__)[a-zA-Z_][a-zA-Z0-9_]*$/, "is no name of a label; use letters, digits and _"),
        label,
      )
      .default({})
      .meta({ description: "The labels, and the fields they come from." }),
    value: value.optional().meta({ description: "The field that is the number; 1 by default." }),
    operation: z
      .enum(["set", "inc", "dec"])
      .default("set")
      .meta({ description: "Whether a gauge is set to the value, or goes up or down by it." }),
    buckets: z.array(z.number()).min(1).optional().meta({ description: "The upper bounds of a histogram's buckets." }),
    native: z.boolean().default(false).meta({ description: "Whether a histogram is a native one." }),
    quantiles: z.array(z.number().min(0).max(1)).min(1).optional().meta({ description: "The quantiles of a summary." }),
    max_series: z
      .int()
      .min(1)
      .max(1_000_000)
      .default(10_000)
      .meta({ description: 'Series at most; more are counted in one whose labels are all "other".' }),
    expire_after: duration().optional().meta({ description: "After which time a series that no line counts in goes." }),
  })
  .superRefine((metric, context) => {
    const only = (key: "buckets" | "quantiles" | "operation" | "native", types: string, isGiven: boolean): void => {
      if (isGiven && metric.type !== types) {
        context.addIssue({
          code: "custom",
          path: [key],
          message: `is for a ${types}; leave it out of a ${metric.type}`,
        });
      }
    };
    only("buckets", "histogram", metric.buckets !== undefined);
    only("native", "histogram", metric.native);
    only("quantiles", "summary", metric.quantiles !== undefined);
    only("operation", "gauge", metric.operation !== "set");
    if (metric.type === "counter" && !metric.name.endsWith("_total")) {
      context.addIssue({
        code: "custom",
        path: ["name"],
        message: "is a counter's and does not end in _total; let it",
      });
    }
    if (metric.value === undefined && (metric.type === "histogram" || metric.type === "summary")) {
      context.addIssue({
        code: "custom",
        path: ["value"],
        message: `is missing; name the field that the ${metric.type} observes`,
      });
    }
  });
