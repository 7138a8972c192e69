import type { Dashboard, RuleSet } from "exporterkit";
import { expect, it } from "vitest";
import { Command } from "../../packages/exporter/src/cli/command.ts";
import { exporterkit } from "../../packages/exporter/src/cli/main.ts";
import {
  askedQueries,
  askedSelectors,
  askedSides,
} from "../../packages/exporter/src/dashboard/fixtures/asked-queries.ts";
import type { PrometheusServer } from "./prometheus-server.ts";

/** What the command generates. */
export const generated = await generatedBy(new Command(exporterkit));

async function generatedBy(command: Command): Promise<{ dashboards: readonly Dashboard[]; rules: readonly RuleSet[] }> {
  return { dashboards: await command.dashboards(), rules: await command.rules() };
}

/** The names of dashboards and sets of rules, by which test has a Prometheus that scrapes what they are about. */
export const tested = {
  host: ["host", "process", "exporter", "web"],
  documents: ["json", "logs"],
  databases: ["sql", "sql-mysql", "sql-postgres"],
  cluster: ["kubernetes-pods"],
} as const;

/** Patterns of queries that may have no data, each with why. */
export type Excuses = readonly (readonly [RegExp, string])[];

/** The queries of which Prometheus has no number, though it was asked for a while, and which nothing excuses. */
export async function withoutData(
  prometheus: PrometheusServer,
  queries: readonly string[],
  mayLackData: Excuses = [],
): Promise<string[]> {
  const left = new Set(queries);
  const deadline = Date.now() + 30_000;
  const isExcused = (query: string): boolean => mayLackData.some(([pattern]) => pattern.test(query));
  do {
    for (const query of left) {
      const series = await prometheus.query(query);
      if (series.some(({ value }) => !Number.isNaN(value))) left.delete(query);
    }
  } while (![...left].every(isExcused) && Date.now() < deadline);
  for (const query of left) if (isExcused(query)) console.log(`without data here: ${query}`);
  return [...left].filter((query) => !isExcused(query));
}

/**
 * Tests that Prometheus has data for each query of the dashboards and rules of these names: for what rules record, and for
 * what alerts compare. The choices above the panels must have values, too.
 */
export function itHasDataFor(
  names: readonly string[],
  prometheus: () => PrometheusServer,
  mayLackData: Excuses = [],
): void {
  const dashboards = generated.dashboards.filter(({ name }) => names.includes(name));
  const rules = generated.rules.filter(({ name }) => names.includes(name));

  it.each(dashboards)("the dashboard $name has data in each panel", async (dashboard) => {
    const queries = askedQueries(dashboard);
    expect(queries).not.toEqual([]);
    expect(await withoutData(prometheus(), queries, mayLackData)).toEqual([]);
  });

  it.each(rules)("the rules of $name look at what is there", async (set) => {
    expect(await withoutData(prometheus(), queriesOfRules(set), mayLackData)).toEqual([]);
    // What is wrong is not there, but whether the labels of both sides are unique shows with what is.
    for (const { expr } of set.groups.flatMap((group) => group.rules)) await prometheus().query(expr);
  });

  it("choices above the panels have values", async () => {
    for (const { model } of dashboards) {
      const { list } = model["templating"] as { list: Choice[] };
      for (const choice of list.slice(1)) {
        const { series, offers } = askedForChoice(choice);
        const [found] = await prometheus().queryUntil(series, ({ length }) => length > 0);
        expect(Object.keys(found!.metric).filter(offers), series).not.toEqual([]);
      }
    }
  });
}

/** A choice above the panels of a dashboard, but for that of the data source. */
interface Choice {
  readonly query: string | { readonly query: string };
  readonly regex?: string | undefined;
}

/** The series that have what can be chosen, and which of their labels that is. */
function askedForChoice({ query, regex }: Choice): { series: string; offers: (label: string) => boolean } {
  const text = typeof query === "string" ? query : query.query;
  const [, names] = /^label_names\((.*)\)$/.exec(text) ?? [];
  if (names !== undefined) {
    const pattern = new RegExp(regex!.slice(1, -1));
    return { series: names, offers: (label) => pattern.test(label) };
  }
  const [, series, name] = /^label_values\((.*), (\w+)\)$/.exec(text)!;
  return { series: series!.replaceAll(/\$\w+/g, ".*"), offers: (label) => label === name };
}

function queriesOfRules({ groups }: RuleSet): string[] {
  const all = groups.flatMap((group) => group.rules);
  return all.flatMap((rule) =>
    "record" in rule ? [rule.expr] : askedSides(rule.expr).flatMap((side) => seriesOf(side)),
  );
}

/** A side of an alert's comparison, or the series of one that cannot be there yet. */
function seriesOf(side: string): string[] {
  const selectors = askedSelectors(side);
  const isThere = !selectors.some((selector) => isRecorded(selector)) && !side.includes(" offset ");
  return isThere ? [side] : selectors.filter((selector) => !isRecorded(selector));
}

/** Whether a series is made by another rule, which is asked itself. */
function isRecorded(selector: string): boolean {
  return selector.split("{", 1)[0]!.includes(":");
}
