import { z } from "zod";
import { messageOf } from "../../exporter-error.ts";
import { type Secret, secret } from "../../config/secret.ts";
import type { BodyFormat } from "./evaluation-job.ts";
import { expression, type MetricConfig, metricSchema } from "./metric-config.ts";
import { parametersOf, parseTemplate } from "./template.ts";

/** A text with parameters in it, or a secret. */
export type ValueConfig = string | { readonly secret: Secret };

/** The same, or an expression that is evaluated for each request, with the parameters as its document. */
export type QueryConfig = ValueConfig | { readonly expression: string };

/** How more pages are asked for. */
export interface PagesConfig {
  readonly next?: string | undefined;
  readonly link_header: boolean;
  readonly cursor?: string | undefined;
  readonly items?: string | undefined;
  readonly parameter?: string | undefined;
  readonly start: number;
  readonly step: number;
  readonly max: number;
}

/** A request as a configuration has it, and what its answer has. */
export interface RequestConfig {
  readonly name?: string | undefined;
  readonly url?: string | undefined;
  readonly method?: string | undefined;
  readonly query: Readonly<Record<string, QueryConfig>>;
  readonly headers: Readonly<Record<string, ValueConfig>>;
  readonly body?: string | undefined;
  readonly valid_status_codes?: readonly number[] | undefined;
  readonly format?: BodyFormat | undefined;
  readonly csv_delimiter: string;
  readonly pages?: PagesConfig | undefined;
  readonly metrics: readonly MetricConfig[];
}

function template(check: (text: string) => string | undefined = () => undefined): z.ZodType<string, string> {
  return z.string().superRefine((text, context) => {
    let message: string | undefined;
    try {
      parseTemplate(text);
      message = check(text);
    } catch (error) {
      message = messageOf(error);
    }
    if (message !== undefined) context.addIssue({ code: "custom", message });
  });
}

/** What is wrong with a URL, whose host no parameter may choose. */
function wrongUrl(text: string): string | undefined {
  const [, scheme, authority] = /^([a-z][a-z\d+.-]*):\/\/([^/?#]*)/i.exec(text) ?? [];
  if (scheme === undefined) {
    return text.startsWith("//") ? "begins with two slashes; write the whole URL, or a path with one" : undefined;
  }
  if (!/^https?$/i.test(scheme)) return "is neither http nor https; correct it";
  if (authority!.includes("{{")) return "has a parameter in its host; use probes for several hosts";
  if (authority!.includes("@")) return "has a user name or password; use basic_auth";
  return URL.canParse(text) ? undefined : "is not a URL; write it as in http://localhost:8080/path";
}

const headerName = z.string().regex(/^[!#$%&'*+.^_`|~\w-]+$/, "is no name of a header; correct it");
const value = z.union([template(), z.strictObject({ secret: secret() })]) as z.ZodType<ValueConfig>;

const queryValue = z.union([
  template(),
  z.strictObject({ secret: secret() }),
  z.strictObject({ expression: expression() }),
]) as z.ZodType<QueryConfig>;

const pages: z.ZodType<PagesConfig> = z
  .strictObject({
    next: expression().optional().meta({ description: "Finds the URL of the next page, of the same origin." }),
    link_header: z.boolean().default(false).meta({ description: "Whether the header Link has it, as rel=next." }),
    cursor: expression().optional().meta({ description: "Finds the text that is the parameter of the next page." }),
    items: expression().optional().meta({ description: "Finds the items; a page without any is the last." }),
    parameter: z.string().min(1).optional().meta({ description: "The query parameter for cursor, or for items." }),
    start: z.int().default(1).meta({ description: "What the parameter is for the first page, with items." }),
    step: z.int().min(1).default(1).meta({ description: "How much more it is for each next page." }),
    max: z.int().min(1).max(1000).default(10).meta({ description: "How many pages there may be." }),
  })
  .superRefine(({ next, link_header: link, cursor, items, parameter }, context) => {
    const ways = [next !== undefined, link, cursor !== undefined, items !== undefined].filter(Boolean).length;
    const fail = (message: string): void => context.addIssue({ code: "custom", message });
    if (ways !== 1) fail("needs exactly one of next, link_header, cursor and items; correct it");
    else if ((cursor ?? items) !== undefined && parameter === undefined)
      fail("has no parameter; name that of the query");
    else if ((cursor ?? items) === undefined && parameter !== undefined) fail("needs no parameter; remove it");
  });

/** What a request has besides a name and metrics. */
type RequestFields = Omit<RequestConfig, "name" | "metrics">;

/** The fields of a request. */
export const requestFields: { readonly [Name in keyof RequestFields]-?: z.ZodType<RequestFields[Name]> } = {
  url: template(wrongUrl)
    .optional()
    .meta({ description: "What to fetch: a URL, or a path and query at the target; {{name}} is a parameter." }),
  method: z
    .string()
    .regex(/^[A-Z][A-Z-]*$/, "is no method; write it in capital letters, as in POST")
    .optional()
    .meta({ description: "The method: by default GET, or POST where there is a body." }),
  query: z
    .record(z.string(), queryValue)
    .default({})
    .meta({ description: "Parameters of the query, added to the URL's." }),
  headers: z.record(headerName, value).default({}).meta({ description: "Headers to send." }),
  body: template().optional().meta({ description: "The body to send; {{name}} is a parameter." }),
  valid_status_codes: z
    .array(z.int().min(100).max(599))
    .min(1)
    .optional()
    .meta({ description: "The status codes that are answers. By default those from 200 to 299." }),
  format: z
    .enum(["json", "ndjson", "xml", "csv"])
    .optional()
    .meta({ description: "What the body is read as. By default what its content type says, else JSON." }),
  csv_delimiter: z.string().min(1).max(3).default(",").meta({ description: "What separates the fields of CSV." }),
  pages: pages
    .optional()
    .meta({ description: "How to ask for more pages. The document is then the list of all pages." }),
};

/** One of several requests. */
export const requestSchema: z.ZodType<RequestConfig> = z.strictObject({
  name: z
    .string()
    .min(1)
    .max(100)
    .optional()
    .meta({ description: "What the label request calls it. By default its number." }),
  ...requestFields,
  metrics: z.array(metricSchema).min(1).meta({ description: "The metrics that its answer has." }),
});

/** The parameters that a request has a place for. */
export function parametersOfRequest({ url, query, headers, body }: RequestConfig): string[] {
  const texts = [url, body, ...Object.values(query), ...Object.values(headers)];
  return texts.flatMap((text) => (typeof text === "string" ? parametersOf(parseTemplate(text)) : []));
}
