import { z } from "zod";
import { messageOf } from "../../exporter-error.ts";
import { apacheFormat, combinedLogFormat, commonLogFormat } from "./apache-format.ts";
import { expandGrok } from "./grok.ts";
import { jsonFormat } from "./json-format.ts";
import type { LineFormat } from "./line-format.ts";
import { logfmtFormat } from "./logfmt-format.ts";
import { nginxFormat, type NginxEscape } from "./nginx-format.ts";
import { PatternFormat } from "./pattern-format.ts";

/** A format as a configuration has it. */
export type FormatConfig =
  | "json"
  | "logfmt"
  | "common"
  | "combined"
  | { readonly regex: string | readonly string[] }
  | { readonly grok: string | readonly string[]; readonly patterns?: Readonly<Record<string, string>> | undefined }
  | { readonly nginx: string; readonly escape: NginxEscape }
  | { readonly apache: string };

/** The format; undefined for none, where a line is a text and nothing else. Throws a sentence if it is malformed. */
export function makeFormat(config: FormatConfig): LineFormat {
  if (config === "json") return jsonFormat;
  if (config === "logfmt") return logfmtFormat;
  if (config === "common") return apacheFormat(commonLogFormat);
  if (config === "combined") return apacheFormat(combinedLogFormat);
  if ("regex" in config) return new PatternFormat([config.regex].flat());
  if ("grok" in config) return new PatternFormat([config.grok].flat().map((text) => expandGrok(text, config.patterns)));
  return "nginx" in config ? nginxFormat(config.nginx, config.escape) : apacheFormat(config.apache);
}

const patterns = z.union([z.string().min(1), z.array(z.string().min(1)).min(1)]);

/** What may stand below `format`. */
export const formatSchema: z.ZodType<FormatConfig> = z
  .union([
    z.enum(["json", "logfmt", "common", "combined"]),
    z.strictObject({ regex: patterns.meta({ description: "Regular expressions; named groups are the fields." }) }),
    z.strictObject({
      grok: patterns.meta({ description: "Grok patterns, such as %{IP:client} %{WORD:method}." }),
      patterns: z
        .record(z.string().regex(/^\w+$/), z.string())
        .optional()
        .meta({ description: "Patterns of your own, by name." }),
    }),
    z.strictObject({
      nginx: z.string().min(1).meta({ description: "A log_format of nginx, as its configuration has it." }),
      escape: z.enum(["default", "json", "none"]).default("default").meta({ description: "Its escape parameter." }),
    }),
    z.strictObject({
      apache: z.string().min(1).meta({ description: "A LogFormat of Apache, as its configuration has it." }),
    }),
  ])
  .superRefine((config, context) => {
    try {
      makeFormat(config);
    } catch (error) {
      const path = typeof config === "string" ? [] : Object.keys(config).slice(0, 1);
      context.addIssue({ code: "custom", message: messageOf(error), path });
    }
  });
