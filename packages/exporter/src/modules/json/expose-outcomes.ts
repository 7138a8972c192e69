import type { Scrape } from "../../scrape/scrape.ts";
import { type FamilyRow, foundFamily } from "./found-family.ts";
import type { MetricOutcome, RequestOutcome } from "./json-api.ts";

/** Whose outcomes they are. */
export interface OutcomeLabels {
  readonly target: string;
  readonly module: string;
  /** The labels that all series get. */
  readonly fixed: Readonly<Record<string, string>>;
}

/** What could not be exposed: a metric by its name, or a request. */
export interface Failure {
  /** The name of the metric, undefined where a request failed, and all of its metrics with it. */
  readonly metric: string | undefined;
  readonly request: string;
  readonly error: string;
}

/** Adds the metrics that requests came to, and those that tell how they fared. Returns what failed. */
export function exposeOutcomes(outcomes: readonly RequestOutcome[], labels: OutcomeLabels, scrape: Scrape): Failure[] {
  const failures: Failure[] = [];
  const families = new Map<string, FoundRows>();
  for (const { request, error, metrics } of outcomes) {
    if (error !== undefined) failures.push({ metric: undefined, request, error });
    for (const outcome of metrics) {
      const { name } = outcome.config;
      if ("error" in outcome.found) {
        failures.push({ metric: name, request, error: outcome.found.error });
        continue;
      }
      let family = families.get(name);
      if (family === undefined) families.set(name, (family = new FoundRows(metrics, name, labels.fixed)));
      const problem = family.add(outcome);
      if (problem !== undefined) failures.push({ metric: name, request, error: problem });
    }
  }
  for (const family of families.values()) family.expose(scrape);
  exposeState(outcomes, failures, labels, scrape);
  return failures;
}

/** The rows of one family, which several metrics may fill. */
class FoundRows {
  readonly #first: MetricOutcome["config"];
  readonly #fixed: Readonly<Record<string, string>>;
  readonly #rows: { readonly labels: ReadonlyMap<string, string>; readonly row: Omit<FamilyRow, "labels"> }[] = [];
  readonly #seen = new Set<string>();

  constructor(metrics: readonly MetricOutcome[], name: string, fixed: Readonly<Record<string, string>>) {
    this.#first = metrics.find(({ config }) => config.name === name)!.config;
    this.#fixed = fixed;
  }

  /** Adds the series of a metric, or none of them and returns why. */
  add({ config, found }: MetricOutcome): string | undefined {
    if ("error" in found) return found.error;
    const names = Object.keys(config.labels);
    const rows = found.series.map(({ labels, ...row }) => {
      const all = new Map(Object.entries({ ...this.#fixed, ...config.fixed_labels }));
      for (const [i, name] of names.entries()) all.set(name, labels[i]!);
      return { labels: all, row, key: JSON.stringify([...all].toSorted(([a], [b]) => (a < b ? -1 : 1))) };
    });
    if (rows.some(({ key }) => this.#seen.has(key))) {
      return "another metric of this name has a series with the same labels; add a label that tells them apart";
    }
    for (const { key, ...row } of rows) {
      this.#seen.add(key);
      this.#rows.push(row);
    }
    return undefined;
  }

  expose(scrape: Scrape): void {
    const { name, help, type, unit } = this.#first;
    const labelNames = [...new Set(this.#rows.flatMap(({ labels }) => [...labels.keys()]))];
    const rows = this.#rows.map(({ labels, row }) => ({
      ...row,
      labels: labelNames.map((label) => labels.get(label) ?? ""),
    }));
    scrape.registry.registerMetric(foundFamily({ name, help, type, unit, labelNames }, rows));
  }
}

function exposeState(
  outcomes: readonly RequestOutcome[],
  failures: readonly Failure[],
  { target, module }: OutcomeLabels,
  scrape: Scrape,
): void {
  const labelNames = ["target", "module"] as const;
  scrape
    .gauge({
      name: "json_target_up",
      help: "Whether every request was answered with a document that can be read.",
      labelNames,
    })
    .set({ target, module }, outcomes.every(({ error }) => error === undefined) ? 1 : 0);
  scrape
    .gauge({
      name: "json_target_failed_metrics",
      help: "Metrics that could not be made of the documents, of which the log says why.",
      labelNames,
    })
    .set({ target, module }, failures.filter(({ metric }) => metric !== undefined).length);
  const duration = scrape.gauge({
    name: "json_request_duration_seconds",
    help: "Time that the request took, all its pages included, in seconds.",
    unit: "seconds",
    labelNames: ["target", "module", "request"],
  });
  const status = scrape.gauge({
    name: "json_response_status_code",
    help: "Status code of the last answer to the request; none where there was no answer.",
    labelNames: ["target", "module", "request"],
  });
  for (const { request, seconds, status: code } of outcomes) {
    duration.set({ target, module, request }, seconds);
    if (code !== undefined) status.set({ target, module, request }, code);
  }
}
