import { setMaxListeners } from "node:events";
import { messageOf } from "../../exporter-error.ts";
import type { Scrape } from "../../scrape/scrape.ts";
import type { BodyFormat, BodyOfResponse, EvaluationResult, FoundMetric, FoundSeries } from "./evaluation-job.ts";
import type { Evaluator } from "./evaluator.ts";
import { type HttpAnswer, type HttpRequest, shownUrl } from "./exchange.ts";
import type { HttpClient } from "./http-client.ts";
import { type ApiConfig, requestsOf } from "./json-config.ts";
import type { MetricConfig } from "./metric-config.ts";
import { fetchPages } from "./pages.ts";
import { requestPlan, type RequestPlan } from "./request-plan.ts";
import { parametersOfRequest } from "./request-config.ts";
import type { Parameters } from "./template.ts";

/** What became of one request. */
export interface RequestOutcome {
  readonly request: string;
  readonly seconds: number;
  /** Undefined where there was no answer. */
  readonly status: number | undefined;
  /** Why it has no metrics. */
  readonly error: string | undefined;
  readonly metrics: readonly MetricOutcome[];
}

/** What became of one metric of an answer. */
export interface MetricOutcome {
  readonly config: MetricConfig;
  readonly found: FoundMetric;
}

/** Whom to ask. */
export interface AskedTarget {
  /** The same for all requests to one target. */
  readonly key: string;
  readonly url: URL;
  readonly parameters: Parameters;
  readonly client: HttpClient;
}

const mostRedirects = 5;
/** How much of a scrape's time requests may take. */
const usedShare = 0.8;

/** An API, as a module of the configuration describes it. */
export class JsonApi {
  readonly name: string;
  readonly config: ApiConfig;
  readonly #requests: readonly RequestPlan[];
  readonly #evaluator: Evaluator;

  constructor(name: string, config: ApiConfig, evaluator: Evaluator) {
    this.name = name;
    this.config = config;
    this.#requests = requestsOf(config).map((request, i) => requestPlan(request, i + 1));
    this.#evaluator = evaluator;
  }

  /** The names of the parameters that it has places for. */
  get parameters(): string[] {
    return [...new Set(requestsOf(this.config).flatMap((request) => parametersOfRequest(request)))];
  }

  /**
   * Makes all requests to a target at once, and gives up early enough to tell of it in a scrape that has so many seconds. Rejects
   * with the signal's reason where that aborts, and else never.
   */
  async ask(
    target: AskedTarget,
    { signal, secondsLeft }: Pick<Scrape, "signal" | "secondsLeft">,
  ): Promise<RequestOutcome[]> {
    const { timeout } = this.config;
    const allowed = Math.min(timeout, secondsLeft * usedShare);
    const late = AbortSignal.timeout(Math.min(Math.ceil(allowed * 1000), 2 ** 31 - 1));
    const either = AbortSignal.any([signal, late]);
    // Each request listens, which Node.js takes for a leak.
    setMaxListeners(0, either);
    const outcomes = await Promise.all(
      this.#requests.map(async (request): Promise<RequestOutcome> => {
        const start = performance.now();
        const run = new RequestRun(request, target, this.config, this.#evaluator, either);
        try {
          const metrics = await run.metrics();
          return { request: request.name, seconds: run.seconds, status: run.status, error: undefined, metrics };
        } catch (error) {
          const seconds = run.seconds || (performance.now() - start) / 1000;
          const reason = late.aborted && !signal.aborted ? lateness(allowed, timeout) : messageOf(error);
          return { request: request.name, seconds, status: run.status, error: reason, metrics: [] };
        }
      }),
    );
    signal.throwIfAborted();
    return outcomes;
  }
}

function lateness(allowed: number, timeout: number): string {
  const remedy = allowed < timeout ? "the scrape has no more time; set Prometheus's scrape_timeout" : "set timeout";
  return `not done within ${Number(allowed.toFixed(2))} s; ${remedy}, if it needs so long`;
}

/** One request in the making. */
class RequestRun {
  /** Of the last answer. */
  status: number | undefined;
  /** How long all answers took. */
  seconds = 0;
  readonly #plan: RequestPlan;
  readonly #target: AskedTarget;
  readonly #config: ApiConfig;
  readonly #evaluator: Evaluator;
  readonly #signal: AbortSignal;
  #bytesLeft: number;

  constructor(plan: RequestPlan, target: AskedTarget, config: ApiConfig, evaluator: Evaluator, signal: AbortSignal) {
    this.#plan = plan;
    this.#target = target;
    this.#config = config;
    this.#evaluator = evaluator;
    this.#signal = signal;
    this.#bytesLeft = config.max_body_size;
  }

  async metrics(): Promise<MetricOutcome[]> {
    const { url, parameters } = this.#target;
    const { pages, metrics } = this.#plan;
    const request = this.#plan.requestTo(url, parameters, await this.#computed());
    const answers =
      pages === undefined
        ? [await this.#fetch(request)]
        : await fetchPages(request, pages, {
            fetch: (page) => this.#fetch(page),
            evaluate: (answer, job) => this.#evaluate([answer], job),
          });
    const result = await this.#evaluate(answers, {});
    if ("error" in result) throw new Error(`${shownUrl(request.url)}: ${result.error}`);
    return metrics.map(({ config }, i) => ({ config, found: result.metrics[i] ?? noSeries }));
  }

  /** What the expressions of the query find. */
  async #computed(): Promise<Map<string, string>> {
    const found = new Map<string, string>();
    const bytes = new TextEncoder().encode(JSON.stringify(Object.fromEntries(this.#target.parameters)));
    for (const [name, next] of this.#plan.computed) {
      const body = { bytes, format: "json", charset: "utf-8", delimiter: "," } as const;
      const job = { bodies: [body], isPaged: false, metrics: [], next };
      const result = await this.#evaluator.evaluate(this.#target.key, job, this.#signal);
      if ("error" in result) throw new Error(`query.${name}: ${result.error}`);
      if (result.next !== undefined) found.set(name, result.next);
    }
    return found;
  }

  async #fetch(request: HttpRequest): Promise<HttpAnswer> {
    const start = performance.now();
    try {
      const answer = await this.#target.client.send(request, {
        signal: this.#signal,
        maxBytes: this.#bytesLeft,
        maxRedirects: this.#config.follow_redirects ? mostRedirects : 0,
        isValid: (status) => this.#plan.isValid(status),
      });
      this.status = answer.status;
      if (!this.#plan.isValid(answer.status)) {
        throw new Error(`${request.method} ${shownUrl(answer.url)} was answered with status ${answer.status}`);
      }
      this.#bytesLeft -= answer.body.length;
      return answer;
    } finally {
      this.seconds += (performance.now() - start) / 1000;
    }
  }

  async #evaluate(answers: readonly HttpAnswer[], { next }: { next?: string | undefined }): Promise<EvaluationResult> {
    const job = {
      bodies: answers.map((answer) => bodyOf(answer, this.#plan)),
      isPaged: this.#plan.pages !== undefined && next === undefined,
      metrics: next === undefined ? this.#plan.metrics.map(({ plan }) => plan) : [],
      next,
    };
    return await this.#evaluator.evaluate(this.#target.key, job, this.#signal);
  }
}

const noSeries: FoundMetric = { series: [] satisfies FoundSeries[] };

function bodyOf({ body, headers }: HttpAnswer, { format, delimiter }: RequestPlan): BodyOfResponse {
  const type = headers["content-type"] ?? "";
  const mediaType = type.split(";", 1)[0]!.trim().toLowerCase();
  const [, charset] = /;\s*charset\s*=\s*"?([^\s;"]+)/i.exec(type) ?? [];
  return { bytes: body, format: format ?? formatOf(mediaType), charset, delimiter };
}

function formatOf(mediaType: string): BodyFormat {
  if (/^application\/(?:x-)?(?:ndjson|jsonl|jsonlines|json-lines|json-seq)$/.test(mediaType)) return "ndjson";
  if (/[/+]xml$/.test(mediaType)) return "xml";
  return mediaType === "text/csv" ? "csv" : "json";
}
