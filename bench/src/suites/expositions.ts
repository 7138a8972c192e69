import type { ExpositionWork } from "../work.ts";
import { type Comparison, type Contenders, entriesOf, everyone, shortCount } from "./comparison.ts";

export const expositionWorks = {
  integers: "100k counters, all changed",
  floats: "100k counters of 17 digits, all changed",
  few: "100k counters, 1 % changed",
  none: "100k counters, nothing changed",
  histograms: "1k histograms with 11 buckets, all changed",
  withoutDefaults: "100k counters, all changed, no default labels",
  withDefaults: "100k counters, all changed, two default labels",
};

const base: ExpositionWork = {
  kind: "exposition",
  metric: "counter",
  series: 100_000,
  values: "integers",
  changed: 1,
  format: "text",
  defaultLabels: false,
};

/** Scrapes in memory. */
export function expositionComparisons(contenders: Contenders): Comparison[] {
  const group = "Exposition";
  const of = (title: string, change: Partial<ExpositionWork>, names = everyone): Comparison => ({
    group,
    entries: entriesOf(contenders, names, title, { ...base, ...change }),
  });
  const formats = ["exporterkit", "client_golang"];
  return [
    ...[1_000, 10_000, 100_000].map((series) => of(countersWork(series), { series })),
    of(expositionWorks.floats, { values: "floats" }),
    of(expositionWorks.few, { changed: 0.01 }),
    of(expositionWorks.none, { changed: 0 }),
    of(
      expositionWorks.histograms,
      { metric: "histogram", series: 1_000 },
      everyone.filter((name) => name !== "VictoriaMetrics"),
    ),
    {
      group,
      entries: ["exporterkit", "prom-client", "@prometheus-io/client"].flatMap((name) => [
        ...entriesOf(contenders, [name], expositionWorks.withoutDefaults, base),
        ...entriesOf(contenders, [name], expositionWorks.withDefaults, { ...base, defaultLabels: true }),
      ]),
    },
    of("100k counters in OpenMetrics, all changed", { format: "openmetrics" }, formats),
    of("100k counters in protobuf, all changed", { format: "protobuf" }, formats),
  ];
}

function countersWork(series: number): string {
  return `${shortCount(series)} counters, all changed`;
}
