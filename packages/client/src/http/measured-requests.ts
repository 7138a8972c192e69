import { MetricsError } from "../metrics-error.ts";
import type { ExemplarLabels } from "../series/exemplars.ts";
import type { LabelObject } from "../series/labels.ts";
import { BoundedValues } from "./bounded-values.ts";
import { excludedPaths } from "./excluded-paths.ts";
import { consoleLog, type FailureListener, tell } from "./failure-log.ts";
import { methodLabel } from "./request-method.ts";
import { requestLabelNames, type RequestMetricSet, requestMetricSet } from "./request-metrics.ts";
import type { ExtraLabels, RequestMetricsOptions } from "./request-metrics-options.ts";
import { traceOf } from "./trace-parent.ts";

/** What is known of a request once it has been answered. */
export interface AnsweredRequest<Subject> {
  readonly subject: Subject;
  readonly method: string | undefined;
  /** Gives the pattern that the request matched; undefined where it matched none. */
  readonly routeOf: () => string | undefined;
  /** The response's status; undefined where the client went before there was one. */
  readonly status: number | undefined;
  /** Bytes of the bodies; undefined where they are not known. */
  readonly requestSize?: number | undefined;
  readonly responseSize?: number | undefined;
}

/** A request that is being answered. */
export interface RequestInFlight {
  /** `performance.now()` when it began. */
  readonly start: number;
  readonly exemplar: ExemplarLabels | undefined;
}

/** What stands for the route of a request that matched none. */
export const unmatchedRoute = "unmatched";

/** The status of a request whose client went before it was answered, as nginx has it. */
export const clientClosedRequest = 499;

/** Measures the requests of one application. None of its methods throws. */
export class MeasuredRequests<Subject> {
  /** Whether sizes of bodies are asked for. */
  readonly measuresRequestSize: boolean;
  readonly measuresResponseSize: boolean;
  readonly #set: RequestMetricSet;
  readonly #exemplars: RequestMetricsOptions<Subject>["exemplars"];
  readonly #isExcluded: (path: string) => boolean;
  readonly #routes: BoundedValues;
  readonly #labels: ExtraLabels<Subject> | undefined;
  readonly #labelValues: readonly (readonly [name: string, values: BoundedValues])[];
  readonly #log: FailureListener;

  /** Throws a `MetricsError` if an option is invalid, or the registry has other metrics of the names. */
  constructor(options: RequestMetricsOptions<Subject>) {
    const { labels, maxRoutes = 1000, exclude = [] } = options;
    const { names = [], maxValues = 100 } = labels ?? {};
    checkLimit("maxRoutes", maxRoutes);
    checkLimit("maxValues", maxValues);
    const taken = names.find((name) => requestLabelNames.includes(name));
    if (taken !== undefined) {
      const remedy = "choose another name for the extra label.";
      throw new MetricsError(
        "invalid_label_name",
        `Label ${JSON.stringify(taken)} is one that every request has; ${remedy}`,
      );
    }
    this.#isExcluded = excludedPaths(exclude);
    this.#set = requestMetricSet({ ...options, labelNames: names });
    this.measuresRequestSize = this.#set.requestSize !== undefined;
    this.measuresResponseSize = this.#set.responseSize !== undefined;
    this.#exemplars = options.exemplars;
    this.#routes = new BoundedValues(maxRoutes);
    this.#labels = labels;
    this.#labelValues = names.map((name) => [name, new BoundedValues(maxValues)]);
    this.#log = options.onError ?? consoleLog();
  }

  /** Where it counts: the same for all that count in the same metrics. */
  get place(): object {
    return this.#set;
  }

  /** Whether requests for a path are measured. */
  includes(path: string): boolean {
    return !this.#isExcluded(path);
  }

  /** A request has come in; `headers` gives the text of one. */
  begin(header: (name: string) => string | undefined): RequestInFlight {
    this.#set.inFlight.begin();
    return { start: performance.now(), exemplar: this.#exemplars === undefined ? undefined : this.#exemplar(header) };
  }

  /** The request has been answered, or its client has gone. */
  end({ start, exemplar }: RequestInFlight, answered: AnsweredRequest<Subject>): void {
    const seconds = (performance.now() - start) / 1000;
    try {
      this.#set.inFlight.end();
      const labels = this.#labelsOf(answered);
      this.#set.duration.observe(labels as never, seconds, exemplar);
      const { requestSize, responseSize } = answered;
      if (requestSize !== undefined) this.#set.requestSize?.observe(labels as never, requestSize);
      if (responseSize !== undefined) this.#set.responseSize?.observe(labels as never, responseSize);
    } catch (error) {
      this.failed(error);
    }
  }

  /** Tells of a failure. */
  failed(error: unknown): void {
    tell(this.#log, error, "metrics of requests");
  }

  #labelsOf(answered: AnsweredRequest<Subject>): LabelObject {
    const labels: Record<string, unknown> = {
      method: methodLabel(answered.method),
      route: this.#routeLabel(answered.routeOf),
      status: answered.status ?? clientClosedRequest,
    };
    if (this.#labels !== undefined) this.#addExtra(labels, this.#labels, answered.subject);
    return labels;
  }

  #routeLabel(routeOf: () => string | undefined): string {
    try {
      const route = routeOf();
      if (route !== undefined) return this.#routes.of(route);
    } catch (error) {
      this.failed(error);
    }
    return unmatchedRoute;
  }

  #addExtra(labels: Record<string, unknown>, { values }: ExtraLabels<Subject>, subject: Subject): void {
    for (const [name] of this.#labelValues) labels[name] = "";
    try {
      const given = values(subject);
      for (const [name, bounded] of this.#labelValues) {
        const value = String(given[name] ?? "");
        if (value !== "") labels[name] = bounded.of(value);
      }
    } catch (error) {
      this.failed(error);
    }
  }

  #exemplar(header: (name: string) => string | undefined): ExemplarLabels | undefined {
    try {
      return typeof this.#exemplars === "function" ? this.#exemplars() : traceOf(header("traceparent"));
    } catch (error) {
      this.failed(error);
      return undefined;
    }
  }
}

function checkLimit(name: string, limit: number): void {
  if (Number.isInteger(limit) && limit > 0) return;
  throw new MetricsError("invalid_limit", `${name} is ${String(limit)}; give a whole number above 0.`);
}
