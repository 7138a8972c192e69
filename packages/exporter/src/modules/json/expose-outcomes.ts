import { absentLabel } from "@exporterkit/client/series";
import type { Scrape } from "../../scrape/scrape.ts";
import { type FamilyRow, foundFamily } from "./found-family.ts";
import type { MetricOutcome, RequestOutcome } from "./json-api.ts";
import { ownMetrics } from "./metric-clashes.ts";
import type { MetricConfig } from "./metric-config.ts";

/** Whose outcomes they are. */
export interface OutcomeLabels {
  readonly target: string;
  readonly module: string;
  /** The labels that all series get. */
  readonly fixed: Readonly<Record<string, string>>;
  /** The names of the labels of each metric, by its name: the same for all targets, whose series become one family. */
  readonly names: ReadonlyMap<string, readonly string[]>;
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
      if (family === undefined) families.set(name, (family = new FoundRows(outcome.config, labels)));
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
  readonly #first: MetricConfig;
  readonly #fixed: Readonly<Record<string, string>>;
  readonly #labelNames: readonly string[];
  readonly #rows: FamilyRow[] = [];
  readonly #seen = new Set<string>();

  constructor(first: MetricConfig, { fixed, names }: OutcomeLabels) {
    this.#first = first;
    this.#fixed = fixed;
    this.#labelNames = names.get(first.name) ?? [];
  }

  /** Adds the series of a metric, or none of them and returns why. */
  add({ config, found }: MetricOutcome): string | undefined {
    if ("error" in found) return found.error;
    const names = Object.keys(config.labels);
    const rows = found.series.map((series): FamilyRow => {
      const all = new Map(Object.entries({ ...this.#fixed, ...config.fixed_labels }));
      for (const [i, name] of names.entries()) all.set(name, series.labels[i]!);
      return { ...series, labels: this.#labelNames.map((label) => all.get(label) || absentLabel) };
    });
    const keys = rows.map(({ labels }) => JSON.stringify(labels));
    if (keys.some((key) => this.#seen.has(key))) {
      return "another metric of this name has a series with the same labels; add a label that tells them apart";
    }
    for (const key of keys) this.#seen.add(key);
    // Not as arguments: there may be more than a function can take.
    for (const row of rows) this.#rows.push(row);
    return undefined;
  }

  expose(scrape: Scrape): void {
    if (this.#rows.length === 0) return;
    const { name, help, type, unit } = this.#first;
    scrape.registry.registerMetric(foundFamily({ name, help, type, unit, labelNames: this.#labelNames }, this.#rows));
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
      name: ownMetrics.up,
      help: "Whether every request was answered with a document that can be read.",
      labelNames,
    })
    .set({ target, module }, outcomes.every(({ error }) => error === undefined) ? 1 : 0);
  scrape
    .gauge({
      name: ownMetrics.failed,
      help: "Metrics that could not be made of the documents, of which the log says why.",
      labelNames,
    })
    .set({ target, module }, failures.filter(({ metric }) => metric !== undefined).length);
  const duration = scrape.gauge({
    name: ownMetrics.duration,
    help: "Time that the request took, all its pages included, in seconds.",
    unit: "seconds",
    labelNames: ["target", "module", "request"],
  });
  const status = scrape.gauge({
    name: ownMetrics.status,
    help: "Status code of the last answer to the request; none where there was no answer.",
    labelNames: ["target", "module", "request"],
  });
  for (const { request, seconds, status: code } of outcomes) {
    duration.set({ target, module, request }, seconds);
    if (code !== undefined) status.set({ target, module, request }, code);
  }
}
