import type { Family } from "./family.ts";
import { SeriesTable } from "./series/series-table.ts";

const overflowName = "exporterkit_overflowed_lookups_total";

/** The names of the family that a registry adds by itself, in text and in OpenMetrics. */
export const overflowNames: readonly string[] = [overflowName, "exporterkit_overflowed_lookups"];

/**
 * The family that tells how often a label set was looked up and, because of `maxSeries`, went to a metric's overflow series;
 * undefined where no metric had.
 */
export function overflowFamily(families: readonly Family[]): Family | undefined {
  const overflowed = families.filter((family) => family.series.overflowed > 0);
  if (overflowed.length === 0) return undefined;
  const series = new SeriesTable(overflowName, ["metric"], 1);
  for (const family of overflowed) series.set(series.slotOfValues([family.name]), family.series.overflowed);
  return {
    name: overflowName,
    help: "Lookups of label sets that went to a metric's overflow series because it had as many series as it may.",
    type: "counter",
    startUnknown: true,
    samples: [{ kind: "value" }],
    series,
    read: (slot, values) => {
      values[0] = series.values[slot]!;
    },
  };
}
