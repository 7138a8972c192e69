import { z } from "zod";
import { byteSize } from "../../config/byte-size.ts";
import { duration } from "../../config/duration.ts";
import { parseTargetRule } from "../../probe/target-rule.ts";
import { messageOf } from "../../exporter-error.ts";
import { hasTwoCredentials, httpFields } from "./http-config.ts";
import type { HttpSettings } from "./http-settings.ts";
import { fixedLabels, type MetricConfig, metricSchema } from "./metric-config.ts";
import { clashOf, sameLabels } from "./metric-clashes.ts";
import { parametersOfRequest, type RequestConfig, requestFields, requestSchema } from "./request-config.ts";

/** What to ask an API for, and which metrics come of it. */
export interface ApiConfig extends Omit<RequestConfig, "metrics">, HttpSettings {
  readonly requests: readonly RequestConfig[];
  readonly metrics: readonly MetricConfig[];
  readonly fixed_labels: Readonly<Record<string, string>>;
  /** In seconds. */
  readonly timeout: number;
  readonly max_body_size: number;
  readonly follow_redirects: boolean;
  readonly probe?: { readonly allow: readonly string[] } | undefined;
}

/** A target that every scrape asks. */
export interface TargetConfig extends HttpSettings {
  readonly name?: string | undefined;
  readonly module: string;
  readonly url: string;
  readonly parameters: Readonly<Record<string, string>>;
  readonly fixed_labels: Readonly<Record<string, string>>;
}

/** The module as a configuration file has it. */
export interface JsonConfig {
  readonly modules: Readonly<Record<string, ApiConfig>>;
  readonly targets: readonly TargetConfig[];
  readonly evaluation: { readonly timeout: number; readonly max_memory: number };
}

const name = z
  .string()
  .regex(/^[a-z0-9][a-z0-9_.-]{0,63}$/, "is no name; use lower case letters, digits, _, . and -, 64 at most");

const rule = z.string().superRefine((text, context) => {
  try {
    parseTargetRule(text);
  } catch (error) {
    context.addIssue({ code: "custom", message: messageOf(error) });
  }
});

const twoCredentials = "has several of basic_auth, authorization and oauth2; keep one";

const api: z.ZodType<ApiConfig> = z
  .strictObject({
    ...requestFields,
    metrics: z.array(metricSchema).default([]).meta({ description: "The metrics that the answer has." }),
    requests: z
      .array(requestSchema)
      .default([])
      .meta({ description: "Where an API is several URLs: a request each, with metrics of its own." }),
    fixed_labels: fixedLabels,
    ...httpFields,
    timeout: duration()
      .prefault("5s")
      .refine((seconds) => seconds > 0, "is no time at all; write it as in 5s")
      .meta({ description: "How long all requests may take together, if the scrape leaves so much." }),
    max_body_size: byteSize()
      .prefault("10MiB")
      .meta({ description: "How large a body, or all pages, may be once decompressed." }),
    follow_redirects: z
      .boolean()
      .default(true)
      .meta({ description: "Whether redirects within the origin are followed. Others never are." }),
    probe: z
      .strictObject({
        allow: z.array(rule).default([]).meta({ description: "The targets that may be probed; see multi-target.md." }),
      })
      .optional()
      .meta({ description: "That /probe?module=…&target=… is answered." }),
  })
  .superRefine((config, context) => {
    const fail = (message: string): void => context.addIssue({ code: "custom", message });
    if (config.metrics.length === 0 && config.requests.length === 0) fail("has no metrics; add metrics, or requests");
    const lost = (["url", "method", "body", "valid_status_codes", "format", "pages"] as const).find(
      (key) => config.metrics.length === 0 && config[key] !== undefined,
    );
    if (lost !== undefined) {
      const message = "belongs to metrics, which there are none of beside it; move it to a request";
      context.addIssue({ code: "custom", path: [lost], message });
    }
    if (hasTwoCredentials(config)) fail(twoCredentials);
    const clash = clashOf(metricsOf(config));
    if (clash !== undefined) fail(`has ${clash}`);
  });

const target: z.ZodType<TargetConfig> = z
  .strictObject({
    name: name.optional().meta({ description: "What the label target calls it. By default as its module." }),
    module: z.string().meta({ description: "One of modules." }),
    url: z
      .string()
      .superRefine((text, context) => {
        const message = wrongTargetUrl(text);
        if (message !== undefined) context.addIssue({ code: "custom", message });
      })
      .meta({ description: "Where it is: http:// or https://." }),
    parameters: z
      .record(z.string(), z.string())
      .default({})
      .meta({ description: "What the parameters of the module are." }),
    fixed_labels: fixedLabels,
    ...httpFields,
  })
  .refine((config) => !hasTwoCredentials(config), { message: twoCredentials });

function wrongTargetUrl(text: string): string | undefined {
  if (!/^https?:\/\//i.test(text) || !URL.canParse(text))
    return "is not a URL; write it as in http://localhost:8080/path";
  const { username, password } = new URL(text);
  return username + password === "" ? undefined : "has a user name or password; use basic_auth";
}

/** What may stand below `modules.json`. */
export const jsonSchema: z.ZodType<JsonConfig> = z
  .strictObject({
    modules: z
      .record(name, api)
      .default({})
      .meta({ description: "What to ask APIs for, and which metrics come of it, by names of yours." }),
    targets: z.array(target).default([]).meta({ description: "The targets that every scrape asks." }),
    evaluation: z
      .strictObject({
        timeout: duration()
          .prefault("2s")
          .refine((seconds) => seconds > 0, "is no time at all; write it as in 2s")
          .meta({ description: "How long the expressions of one answer may take." }),
        max_memory: byteSize()
          .prefault("256MiB")
          .refine((bytes) => bytes >= 32 * 2 ** 20, "is too little; give at least 32MiB")
          .meta({ description: "How much memory they may take." }),
      })
      .prefault({})
      .meta({ description: "The limits of expressions." }),
  })
  .superRefine(({ modules, targets }, context) => {
    const names = new Set<string>();
    for (const [i, { module, name: own = module, parameters }] of targets.entries()) {
      const fail = (message: string, ...path: string[]): void =>
        context.addIssue({ code: "custom", path: ["targets", i, ...path], message });
      const of = modules[module];
      if (of === undefined) {
        fail(`is none of modules; write one of ${Object.keys(modules).join(", ") || "them"}`, "module");
        continue;
      }
      if (names.has(own)) fail(`is called "${own}" like another target; give it a name of its own`);
      names.add(own);
      const known = new Set(requestsOf(of).flatMap((request) => parametersOfRequest(request)));
      const unknown = Object.keys(parameters).find((parameter) => !known.has(parameter));
      if (unknown !== undefined)
        fail("is no parameter of the module; write {{name}} where it belongs", "parameters", unknown);
    }
    const asked = targets.flatMap((each, index) => {
      const of = modules[each.module];
      if (of === undefined) return [];
      return [{ index, name: each.name ?? each.module, labels: fixedLabelsOf(of, each), metrics: metricsOf(of) }];
    });
    const clash = clashOf(asked.flatMap(({ metrics }) => metrics));
    if (clash !== undefined) context.addIssue({ code: "custom", path: ["targets"], message: `have ${clash}` });
    for (const { index, message } of sameLabels(asked)) {
      context.addIssue({ code: "custom", path: ["targets", index], message });
    }
  });

/** The labels that all series of a target get. */
export function fixedLabelsOf(of: ApiConfig, { fixed_labels: own }: TargetConfig): Readonly<Record<string, string>> {
  return { ...of.fixed_labels, ...own };
}

/** The metrics of all requests of an API. */
export function metricsOf(config: ApiConfig): MetricConfig[] {
  return requestsOf(config).flatMap(({ metrics }) => metrics);
}

/** The requests of an API: its own where it has metrics, and the others, with its query and headers. */
export function requestsOf(config: ApiConfig): RequestConfig[] {
  const others = config.requests.map((request) => ({
    ...request,
    query: { ...config.query, ...request.query },
    headers: { ...config.headers, ...request.headers },
  }));
  return config.metrics.length > 0 ? [config, ...others] : others;
}
