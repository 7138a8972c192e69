import type { Dashboard } from "../../module.ts";
import { matcherText } from "../promql.ts";
import type { WireChoices, WireDashboard, WirePanelAnswer, WirePanelLine, WirePanelQuery } from "../wire.ts";
import { boundOf, bucketsAlone } from "./buckets-alone.ts";
import { type Filling, filled } from "./fill-query.ts";
import { narrowed } from "./narrow-query.ts";
import type { PrometheusClient, PrometheusSeries } from "./prometheus-client.ts";
import { readDashboard, type ShownDashboard, type ValueSource } from "./shown-dashboard.ts";
import { shortestRange, timeGrid, timesOf, valuesAt } from "./time-grid.ts";
import { fairShares, topSeries } from "./top-series.ts";

const mostLines = 24;
const mostRows = 100;
const mostValues = 500;
/** How long the values to choose from stay the same. */
const freshMs = 30_000;
/** How far back they were there. */
const valueSeconds = 86_400;

/** Makes dashboards. */
export type MakeDashboards = () => readonly Dashboard[] | Promise<readonly Dashboard[]>;

/** Somebody asks for what no dashboard has. */
export class NoSuchPanel extends Error {}

/**
 * Draws dashboards from what Prometheus has of this exporter. Whoever looks names a panel and chooses among values that
 * Prometheus has told: no query is theirs, and each is narrowed to the exporter's own series.
 */
export class Dashboards {
  readonly #make: MakeDashboards;
  readonly #client: PrometheusClient;
  #all: Promise<ReadonlyMap<string, ShownDashboard>> | undefined;
  readonly #values = new Map<string, { readonly at: number; readonly values: Promise<readonly string[]> }>();

  /** `make` is asked once somebody looks. */
  constructor(make: MakeDashboards, client: PrometheusClient) {
    this.#make = make;
    this.#client = client;
  }

  /** What there is to look at. */
  async list(): Promise<WireDashboard[]> {
    return Array.from((await this.#read()).values(), ({ wire }) => wire);
  }

  #read(): Promise<ReadonlyMap<string, ShownDashboard>> {
    const read = async (): Promise<ReadonlyMap<string, ShownDashboard>> =>
      new Map((await this.#make()).map((each) => [each.name, readDashboard(each)]));
    if (this.#all === undefined) {
      this.#all = read();
      // Who asks next has them made anew.
      this.#all.catch(() => (this.#all = undefined));
    }
    return this.#all;
  }

  async #find(name: string): Promise<ShownDashboard> {
    const dashboard = (await this.#read()).get(name);
    if (dashboard === undefined) throw new NoSuchPanel("There is no such dashboard.");
    return dashboard;
  }

  /** The values of a dashboard's variables. Rejects with `NoHistory` or {@link NoSuchPanel}. */
  async choices(name: string, startedAt: number): Promise<WireChoices> {
    const dashboard = await this.#find(name);
    const own = await this.#own(startedAt);
    const choices: Record<string, readonly string[]> = {};
    for (const variable of dashboard.variables) {
      if (variable.source !== undefined) choices[variable.name] = await this.#valuesOf(variable.source, own);
    }
    return choices;
  }

  /** What a panel shows. Rejects with `NoHistory` or {@link NoSuchPanel}. */
  async panel(query: WirePanelQuery, startedAt: number): Promise<WirePanelAnswer> {
    const dashboard = await this.#find(query.dashboard);
    const panel = dashboard.panels[query.panel];
    if (panel === undefined) throw new NoSuchPanel("There is no such panel.");
    const own = await this.#own(startedAt);
    const grid = timeGrid(query.seconds);
    const fillings = await this.#fillings(dashboard, query, own);
    for (const [name, seconds] of [
      ["__rate_interval", Math.max(shortestRange, 4 * grid.step)],
      ["__interval", grid.step],
      ["__range", query.seconds],
    ] as const) {
      fillings.set(name, { value: `${seconds}s`, isPlain: true });
    }
    const queries = panel.queries.map(({ expr }) => narrowed(filled(expr, fillings), own.matchers));
    const isHeatmap = panel.wire.kind === "heatmap";
    const most = isHeatmap ? Infinity : panel.wire.kind === "table" ? mostRows : mostLines;
    const found: { readonly top: readonly PrometheusSeries[]; readonly all: number }[] = [];
    for (const asked of queries) {
      const series = await this.#client.query("query_range", { query: asked, ...grid });
      // There can be so many that not even a line of each has room.
      found.push({ top: isHeatmap ? series : topSeries(series, most), all: series.length });
    }
    const shares = isHeatmap
      ? found.map(({ all }) => all)
      : fairShares(
          found.map(({ top }) => top.length),
          most,
        );
    const lines = found.flatMap(({ top }, index) => {
      const template = filled(panel.queries[index]!.legend ?? "", fillings);
      return top.slice(0, shares[index]).map((each): WirePanelLine => {
        const known = Object.entries(each.metric).filter(([name]) => name !== "__name__" && !own.names.has(name));
        return {
          name: nameOf(each.metric, known, template) || panel.wire.title,
          labels: Object.fromEntries(known),
          values: valuesAt(grid, each),
        };
      });
    });
    const more = found.reduce((sum, { all }) => sum + all, 0) - lines.length;
    return { times: timesOf(grid), queries, lines: isHeatmap ? heatmapOf(lines) : lines, more };
  }

  async #own(startedAt: number): Promise<Own> {
    const labels = await this.#client.ownLabels(startedAt);
    const matchers = Object.entries(labels).map(([label, value]) => matcherText({ label, isNegated: false, value }));
    return { matchers: matchers.join(", "), names: new Set(Object.keys(labels)) };
  }

  /** What stands in queries for the variables: what was chosen, if Prometheus has it. */
  async #fillings(
    { variables }: ShownDashboard,
    { choices }: Pick<WirePanelQuery, "choices">,
    own: Own,
  ): Promise<Map<string, Filling>> {
    const fillings = new Map<string, Filling>();
    for (const { name, usual, source } of variables) {
      const choice = Object.hasOwn(choices, name) ? choices[name] : undefined;
      if (source === undefined || (choice === undefined && usual !== undefined)) {
        fillings.set(name, { value: usual ?? "", isPlain: true });
        continue;
      }
      const values = await this.#valuesOf(source, own);
      if (choice !== undefined && !values.includes(choice)) throw new NoSuchPanel(`${name} has no such value.`);
      fillings.set(name, { value: choice ?? values[0] ?? "", isPlain: false });
    }
    return fillings;
  }

  #valuesOf(source: ValueSource, own: Own): Promise<readonly string[]> {
    const key = JSON.stringify([source.series, source.label]);
    const known = this.#values.get(key);
    if (known !== undefined && performance.now() - known.at < freshMs) return known.values;
    const values = this.#askValues(source, own);
    this.#values.set(key, { at: performance.now(), values });
    // Who asks next asks anew.
    values.catch(() => this.#values.delete(key));
    return values;
  }

  async #askValues({ series, label, pattern }: ValueSource, own: Own): Promise<readonly string[]> {
    const all = series.replaceAll(/\$\w+/g, ".*");
    const path = label === undefined ? "labels" : `label/${label}/values`;
    const start = Math.floor(Date.now() / 1000) - valueSeconds;
    const found = await this.#client.texts(path, { "match[]": narrowed(all || "{}", own.matchers), start });
    const isMeant = (value: string): boolean => pattern === undefined || pattern.test(value);
    return found.filter((value) => !own.names.has(value) && isMeant(value)).slice(0, mostValues);
  }
}

/** What tells this exporter's series from others. */
interface Own {
  readonly matchers: string;
  readonly names: ReadonlySet<string>;
}

/** What a series is called: by the template of the legend, or by its labels where there is none. */
function nameOf(
  metric: Readonly<Record<string, string>>,
  known: readonly (readonly [string, string])[],
  template: string,
): string {
  if (template !== "") return template.replaceAll(/\{\{\s*(\w+)\s*\}\}/g, (_, name: string) => metric[name] ?? "");
  return known.map(([name, value]) => `${name}=${value}`).join(" ");
}

/** Each bucket alone, in their order. */
function heatmapOf(lines: readonly WirePanelLine[]): WirePanelLine[] {
  const bounds = lines.map((line) => boundOf(line)).toSorted((a, b) => a - b);
  return bucketsAlone(bounds, lines).map((line) => ({ ...line, name: line.labels["le"]! }));
}
