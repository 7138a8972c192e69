import type { Exemplar as FamilyExemplar, Family, Sample } from "@exporterkit/client/series";
import type { DeclaredMetric } from "./declared-metric.ts";
import type { Exemplars } from "./exemplar.ts";
import type { MetricValue } from "./metric-types.ts";

/** What differs between the families of the types. */
interface FamilyShape extends Pick<Family, "samples" | "read" | "volatile" | "column"> {
  readonly exemplars?: Exemplars | undefined;
}

/** The family of a metric. */
export function familyOf(metric: DeclaredMetric<string, MetricValue<string>>, shape: FamilyShape): Family {
  const { samples, read, volatile, column, exemplars } = shape;
  return {
    // They may be assigned to, as in prom-client.
    get name() {
      return metric.name;
    },
    get help() {
      const help: unknown = metric.help;
      return String(help);
    },
    type: metric.type,
    series: metric.series.table,
    samples,
    read,
    volatile,
    column,
    exemplar: exemplars === undefined ? undefined : (slot, sample) => exemplarOf(exemplars, slot, sample),
  };
}

/** The one sample of a counter or a gauge. */
export const valueSamples: readonly Sample[] = [{ kind: "value" }];

function exemplarOf(exemplars: Exemplars, slot: number, sample: number): FamilyExemplar | undefined {
  const exemplar = exemplars.get(slot, sample);
  if (exemplar === undefined) return undefined;
  const labels = Object.fromEntries(Object.entries(exemplar.labelSet).map(([name, text]) => [name, String(text)]));
  return { labels, value: exemplar.value, timestampSeconds: exemplar.timestamp };
}
