import type { DashboardPanel, DashboardQuery, DashboardUnit } from "./dashboard-plan.ts";
import type { ExposedFamily } from "./exposed-family.ts";
import { Selection } from "./family-selection.ts";
import { titleOfName, unitOfName } from "./unit-of-name.ts";

const longestHelp = 500;
const quantiles = [0.5, 0.9, 0.99];

/** The panels of a family. `chosen` are the labels that the reader can choose from. */
export function familyPanels(family: ExposedFamily, chosen: ReadonlySet<string>): DashboardPanel[] {
  const { kind, name, baseName, help } = family;
  const shown = new Selection(family, chosen);
  const described = (what: string): string =>
    `${(help ?? "").slice(0, longestHelp)}${help ? "\n\n" : ""}${[name, what, shown.lost].filter((text) => text !== "").join(", ")}`;
  const title = titleOfName(baseName);
  const lines = (expr: string, unit: DashboardUnit, what = ""): DashboardPanel => ({
    title,
    description: described(what),
    unit,
    queries: [{ expr, legend: shown.legend }],
  });
  switch (kind) {
    case "counter":
      return [lines(shown.sum(shown.rate("")), unitOfName(baseName, "rate"), "per second")];
    case "gauge": {
      const unit = unitOfName(baseName, "value");
      const isTotal = unit === "count" || unit === "bytes";
      return [lines(isTotal ? shown.sum(shown.of("")) : shown.average(shown.of("")), unit)];
    }
    case "timestamp":
      return [{ ...lines(`time() - ${shown.max(shown.of(""))}`, "seconds", "how long ago"), title: `${title}, age` }];
    case "info":
      return [{ title, description: described(""), kind: "table", queries: [{ expr: shown.of("") }] }];
    default:
      return distributionPanels(family, shown, { title, described });
  }
}

interface Texts {
  readonly title: string;
  readonly described: (what: string) => string;
}

function distributionPanels(family: ExposedFamily, shown: Selection, { title, described }: Texts): DashboardPanel[] {
  const { kind, baseName, suffixes } = family;
  const unit = unitOfName(baseName, "value");
  const buckets = kind === "gaugehistogram" ? shown.of("_bucket") : shown.rate("_bucket");
  const values: DashboardQuery[] = [];
  if (suffixes.has("_bucket")) {
    values.push(
      ...quantiles.map((q) => ({ expr: `histogram_quantile(${q}, sum by (le) (${buckets}))`, legend: `${q * 100} %` })),
    );
  } else if (suffixes.has("")) {
    values.push({ expr: `avg by (instance, quantile) (${shown.of("")})`, legend: "{{instance}} {{quantile}}" });
  }
  const isCounted = suffixes.has("_sum") && suffixes.has("_count");
  if (isCounted) values.push({ expr: `sum(${shown.rate("_sum")}) / sum(${shown.rate("_count")})`, legend: "mean" });
  const panels: DashboardPanel[] = [];
  if (values.length > 0) panels.push({ title, description: described("quantiles"), unit, width: 8, queries: values });
  if (suffixes.has("_count")) {
    panels.push({
      title: `${title}, events`,
      description: described("observations per second"),
      unit: "count/second",
      width: 8,
      queries: [{ expr: shown.sum(shown.rate("_count")), legend: shown.legend }],
    });
  }
  if (suffixes.has("_bucket")) {
    panels.push({
      title: `${title}, distribution`,
      description: described("by bucket"),
      kind: "heatmap",
      unit,
      width: 8,
      queries: [{ expr: `sum by (le) (${buckets})`, legend: "{{le}}" }],
    });
  }
  return panels;
}
