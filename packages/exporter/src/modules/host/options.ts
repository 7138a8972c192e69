import { z } from "zod";

/** The schema of a collector's options: what a configuration calls them is what node_exporter calls its flags. */
export type OptionsSchema<Options = unknown> = z.ZodType<Options> & Pick<z.ZodObject, "shape" | "safeExtend">;

/** The options of a collector that has none. */
export const noOptions: OptionsSchema<Record<string, never>> = z.strictObject({});

/** A regular expression, written as a text. It matches anywhere, unless it is anchored. */
export function pattern(): z.ZodType<RegExp, string> {
  return z.string().transform((text, context) => {
    try {
      return new RegExp(text, "u");
    } catch {
      context.addIssue({ code: "custom", message: "is no regular expression that JavaScript takes; correct it" });
      return z.NEVER;
    }
  });
}

/** Whether to do something that is not done by default. */
export function flag(description: string): z.ZodType<boolean, boolean | undefined> {
  return z.boolean().default(false).meta({ description });
}

/** The fields of a file that are told, as a regular expression; `standard` by default. */
export function fieldsOption(standard: string): z.ZodType<RegExp, string | undefined> {
  return pattern().prefault(standard).meta({ description: "Regular expression of the fields to tell." });
}
