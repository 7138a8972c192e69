import type { BodyFormat, MetricPlan } from "./evaluation-job.ts";
import type { HttpRequest } from "./exchange.ts";
import { type MetricConfig, planOf } from "./metric-config.ts";
import type { PagesConfig, QueryConfig, RequestConfig, ValueConfig } from "./request-config.ts";
import { version } from "../../version.ts";
import { encodeForHeader, encodeForUrl, encoderForBody, type Parameters, parseTemplate, render } from "./template.ts";

/** A request of a module, ready to be made for any target. */
export interface RequestPlan {
  /** What the label `request` calls it. */
  readonly name: string;
  readonly pages: PagesConfig | undefined;
  readonly format: BodyFormat | undefined;
  readonly delimiter: string;
  readonly metrics: readonly { readonly config: MetricConfig; readonly plan: MetricPlan }[];
  readonly isValid: (status: number) => boolean;
  /** The parameters of the query that expressions find, by name. */
  readonly computed: ReadonlyMap<string, string>;
  /**
   * The request to a target, with what the expressions of `computed` have found. Throws an error that names the parameter
   * that is missing, or cannot stand where it is.
   */
  requestTo(target: URL, parameters: Parameters, found: ReadonlyMap<string, string>): HttpRequest;
}

/** What is asked for where nothing is said. */
const accept = "application/json, application/x-ndjson;q=0.9, application/xml;q=0.8, text/csv;q=0.8, */*;q=0.5";

/** Reads the templates of a request once. */
export function requestPlan(config: RequestConfig, number: number): RequestPlan {
  const { name = String(number), pages, format, csv_delimiter: delimiter, metrics, valid_status_codes: valid } = config;
  const url = parseTemplate(config.url ?? "");
  const body = config.body === undefined ? undefined : parseTemplate(config.body);
  const computed = new Map(
    Object.entries(config.query).flatMap(([key, value]) =>
      isComputed(value) ? [[key, value.expression] as const] : [],
    ),
  );
  const rendered = Object.entries(config.query).filter(
    (entry): entry is [string, ValueConfig] => !isComputed(entry[1]),
  );
  const query = renderers(rendered, (value) => value);
  const headers = renderers(Object.entries(config.headers), encodeForHeader);
  return {
    name,
    pages,
    format,
    delimiter,
    metrics: metrics.map((metric) => ({ config: metric, plan: planOf(metric) })),
    isValid: (status) => valid?.includes(status) ?? (status >= 200 && status < 300),
    computed,
    requestTo(target, parameters, found) {
      const at = new URL(render(url, parameters, encodeForUrl), target);
      for (const [key, valueWith] of query) at.searchParams.append(key, valueWith(parameters));
      for (const [key, value] of found) at.searchParams.append(key, value);
      at.hash = "";
      const sent: Record<string, string> = { accept, "user-agent": `exporterkit/${version}` };
      if (body !== undefined) sent["content-type"] = "application/json";
      for (const [key, valueWith] of headers) sent[key.toLowerCase()] = valueWith(parameters);
      const mediaType = sent["content-type"]?.split(";", 1)[0]?.trim().toLowerCase() ?? "";
      return {
        method: config.method ?? (body === undefined ? "GET" : "POST"),
        url: at,
        headers: sent,
        ...(body !== undefined && { body: render(body, parameters, encoderForBody(mediaType)) }),
      };
    },
  };
}

function isComputed(value: QueryConfig): value is Exclude<QueryConfig, ValueConfig> {
  return typeof value === "object" && "expression" in value;
}

function renderers(
  values: readonly (readonly [string, ValueConfig])[],
  encode: (value: string) => string,
): [string, (parameters: Parameters) => string][] {
  return values.map(([key, value]) => {
    if (typeof value !== "string") return [key, () => value.secret.reveal()];
    const template = parseTemplate(value);
    return [key, (parameters) => render(template, parameters, encode)];
  });
}
