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

/** Whether an option of what to leave out names anything. */
export function excludesAny(exclude: RegExp | undefined): boolean {
  return exclude !== undefined && exclude !== nothing;
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
