import type { Dashboard } from "../../module.ts";
import type { WireDashboard, WirePanel } from "../wire.ts";

/** A dashboard of Grafana as the page shows it. */
export interface ShownDashboard {
  readonly wire: WireDashboard;
  readonly panels: readonly ShownPanel[];
  readonly variables: readonly ShownVariable[];
}

/** A panel and what it asks. */
export interface ShownPanel {
  readonly wire: WirePanel;
  readonly queries: readonly ShownQuery[];
}

/** A query with its variables. */
export interface ShownQuery {
  readonly expr: string;
  /** How its series are called, with labels as `{{label}}`; undefined for all of their labels. */
  readonly legend: string | undefined;
}

/** What a reader can choose, or what stands fast. */
export interface ShownVariable {
  readonly name: string;
  /** What it is where nothing is chosen; undefined for the first of its values. */
  readonly usual: string | undefined;
  /** Where its values are found; undefined where there is nothing to choose. */
  readonly source: ValueSource | undefined;
}

/** The values of a label, or the names of labels, of series. */
export interface ValueSource {
  readonly series: string;
  /** Undefined for the names of labels. */
  readonly label: string | undefined;
  /** What they have to look like. */
  readonly pattern: RegExp | undefined;
}

/** As much of the JSON model as is looked at. */
interface Model {
  readonly title?: string;
  readonly description?: string;
  readonly templating?: { readonly list?: readonly VariableModel[] };
  readonly panels?: readonly PanelModel[];
}

interface VariableModel {
  readonly type: string;
  readonly name: string;
  readonly label?: string;
  readonly query?: string | { readonly query?: string };
  readonly regex?: string;
  readonly includeAll?: boolean;
  readonly allValue?: string;
  readonly current?: { readonly value?: unknown };
}

interface PanelModel {
  readonly type: string;
  readonly title?: string;
  readonly description?: string;
  readonly gridPos?: { readonly w?: number };
  readonly fieldConfig?: {
    readonly defaults?: {
      readonly unit?: string;
      readonly max?: number;
      readonly custom?: { readonly stacking?: { readonly mode?: string } };
    };
  };
  readonly targets?: readonly { readonly expr?: string; readonly legendFormat?: string }[];
  readonly panels?: readonly PanelModel[];
}

const kinds: Readonly<Record<string, WirePanel["kind"]>> = {
  stat: "number",
  gauge: "number",
  bargauge: "number",
  heatmap: "heatmap",
  table: "table",
};

/** What every exporter is asked for itself: there is one job and one instance. */
const ownLabels: ReadonlySet<string> = new Set(["job", "instance"]);

/** Reads the JSON model of a dashboard. */
export function readDashboard({ name, model }: Dashboard): ShownDashboard {
  const { title = name, description = "", templating, panels = [] } = model as Model;
  const variables = (templating?.list ?? []).filter(({ type }) => type !== "datasource");
  const shown = variables.map(variableOf);
  const shownPanels = panelsOf(panels, undefined);
  const choices = variables.filter((_, index) => shown[index]!.source !== undefined);
  const [first] = variables.flatMap((variable) => sourceOf(variable)?.series ?? []);
  return {
    wire: {
      name,
      title,
      description,
      metric: first === undefined ? undefined : /^[\w:]*/.exec(first)![0] || undefined,
      variables: choices.map(({ name: of, label = of, includeAll = false }) => {
        return { name: of, title: label, hasAll: includeAll };
      }),
      panels: shownPanels.map(({ wire }) => wire),
    },
    panels: shownPanels,
    variables: shown,
  };
}

function variableOf(variable: VariableModel): ShownVariable {
  const { name, includeAll = false, allValue = ".*", current } = variable;
  if (ownLabels.has(name)) return { name, usual: ".*", source: undefined };
  const source = sourceOf(variable);
  if (source !== undefined) return { name, usual: includeAll ? allValue : undefined, source };
  const value = [current?.value].flat()[0];
  return { name, usual: typeof value === "string" ? value : "", source };
}

function sourceOf({ type, query, regex = "" }: VariableModel): ValueSource | undefined {
  const text = typeof query === "string" ? query : query?.query;
  if (type !== "query" || text === undefined) return undefined;
  const pattern = regex === "" ? undefined : new RegExp(regex.replaceAll(/^\/|\/$/g, ""));
  const names = /^label_names\((.*)\)$/.exec(text);
  if (names !== null) return { series: names[1]!.trim(), label: undefined, pattern };
  const values = /^label_values\((?:(.*),)?\s*(\w+)\s*\)$/.exec(text);
  return values === null ? undefined : { series: values[1]?.trim() ?? "", label: values[2]!, pattern };
}

/** The panels in their order, and the row that each is below. */
function panelsOf(models: readonly PanelModel[], above: string | undefined): ShownPanel[] {
  let row = above;
  return models.flatMap((model) => {
    if (model.type !== "row") return [panelOf(model, row)].filter(({ queries }) => queries.length > 0);
    row = model.title;
    return panelsOf(model.panels ?? [], row);
  });
}

function panelOf(model: PanelModel, row: string | undefined): ShownPanel {
  const { title = "", description = "", type, gridPos, fieldConfig, targets = [] } = model;
  const { unit = "short", max, custom } = fieldConfig?.defaults ?? {};
  return {
    wire: {
      title,
      description,
      row,
      kind: kinds[type] ?? "lines",
      unit,
      max,
      isStacked: custom?.stacking?.mode === "normal",
      width: gridPos?.w ?? 12,
    },
    queries: targets.flatMap(({ expr = "", legendFormat = "" }) => {
      return expr === "" ? [] : [{ expr, legend: legendFormat.replace(/^__auto$/, "") || undefined }];
    }),
  };
}
