import { z } from "zod";

/** The schema of a collector's options: what a configuration calls them is what node_exporter calls its flags. */
export type OptionsSchema<Options = unknown> = z.ZodType<Options> & Pick<z.ZodObject, "shape" | "safeExtend">;

/** The options of a collector that has none. */
export const noOptions: OptionsSchema<Record<string, never>> = z.strictObject({});

/** A regular expression, written as a text. It matches anywhere, unless it is anchored. */
export function pattern(): z.ZodType<RegExp, string> {
  return z.string().transform(compiled);
}

/** A regular expression of what to tell of. An empty one is none, as in node_exporter. */
export function includePattern(): z.ZodType<RegExp | undefined, string> {
  return z.string().transform((text, context) => (text === "" ? undefined : compiled(text, context)));
}

const nothing = /(?!)/u;

/** A regular expression of what to leave out. An empty one leaves out nothing, as in node_exporter, also what is by default. */
export function excludePattern(): z.ZodType<RegExp, string> {
  return z.string().transform((text, context) => (text === "" ? nothing : compiled(text, context)));
}

/** For `refine()`: what to tell of rules out what to leave out, unless that is nothing. */
export function notBoth<Include extends string, Exclude extends string>(
  include: Include,
  exclude: Exclude,
): [(options: Readonly<Partial<Record<Include | Exclude, unknown>>>) => boolean, string] {
  return [
    (options) => options[include] === undefined || options[exclude] === undefined || options[exclude] === nothing,
    `${include} and ${exclude} rule each other out; remove one of them`,
  ];
}

function compiled(text: string, context: z.RefinementCtx): RegExp {
  try {
    return new RegExp(text, "u");
  } catch {
    context.addIssue({ code: "custom", message: "is no regular expression that JavaScript takes; correct it" });
    return z.NEVER;
  }
}

/** Whether to do something that is not done by default. */
export function flag(description: string): z.ZodType<boolean, boolean | undefined> {
  return z.boolean().default(false).meta({ description });
}

/** The fields of a file that are told, as a regular expression; `standard` by default. */
export function fieldsOption(standard: string): z.ZodType<RegExp, string | undefined> {
  return pattern().prefault(standard).meta({ description: "Regular expression of the fields to tell." });
}
