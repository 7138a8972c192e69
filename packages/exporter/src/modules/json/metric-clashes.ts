import { Registry } from "@exporterkit/client";
import { messageOf } from "../../exporter-error.ts";
import { foundFamily } from "./found-family.ts";
import type { MetricConfig } from "./metric-config.ts";

/** The metrics of the module itself. */
export const ownMetrics = {
  up: "json_target_up",
  failed: "json_target_failed_metrics",
  duration: "json_request_duration_seconds",
  status: "json_response_status_code",
} as const;

/** What keeps metrics from being exposed together, undefined if nothing does: those of one name make one family. */
export function clashOf(metrics: readonly MetricConfig[]): string | undefined {
  const registry = new Registry();
  const first = new Map<string, MetricConfig>();
  for (const name of Object.values(ownMetrics)) declare(registry, { name, type: "gauge", help: "Own." });
  for (const metric of metrics) {
    const before = first.get(metric.name);
    if (before === undefined) {
      first.set(metric.name, metric);
      const clash = declare(registry, metric);
      if (clash !== undefined) return `a metric whose name is taken: ${clash}`;
      continue;
    }
    const differs = (["type", "help", "unit"] as const).find((key) => before[key] !== metric[key]);
    if (differs !== undefined) return `two metrics ${metric.name} whose ${differs} differs; make it the same`;
  }
  return undefined;
}

function declare(
  registry: Registry,
  { name, help, type, unit }: Pick<MetricConfig, "name" | "help" | "type" | "unit">,
): string | undefined {
  try {
    registry.registerMetric(foundFamily({ name, help, type, unit, labelNames: [] }, []));
    return undefined;
  } catch (error) {
    return messageOf(error);
  }
}

/** A target with what it may expose. */
export interface LabelledTarget {
  readonly index: number;
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly metrics: readonly MetricConfig[];
}

/**
 * The targets that might have a series of another, whatever their documents hold: no label with a fixed value tells them apart. One
 * of them could take the other's series away, by sending the same.
 */
export function sameLabels(targets: readonly LabelledTarget[]): { index: number; message: string }[] {
  const found = new Map<string, Set<string>>();
  for (const { name, labels } of targets.flatMap(({ metrics }) => metrics)) {
    const known = found.get(name) ?? new Set<string>();
    found.set(name, known);
    for (const label of Object.keys(labels)) known.add(label);
  }
  const seen = new Map<string, LabelledTarget>();
  const same = new Map<number, string>();
  for (const target of targets) {
    for (const { name, fixed_labels: own } of target.metrics) {
      const fixed = Object.entries({ ...target.labels, ...own }).filter(([label]) => !found.get(name)!.has(label));
      const key = JSON.stringify([name, ...fixed.toSorted(([a], [b]) => (a < b ? -1 : 1))]);
      const other = seen.get(key) ?? target;
      seen.set(key, other);
      if (other === target || same.has(target.index)) continue;
      const remedy = "give it fixed_labels that tell their series apart";
      same.set(target.index, `has the metric ${name} with the same fixed labels as target "${other.name}"; ${remedy}`);
    }
  }
  return Array.from(same, ([index, message]) => ({ index, message }));
}

/** The labels of each metric, by its name: those that any of the targets has. */
export function labelNamesOf(
  targets: readonly Pick<LabelledTarget, "labels" | "metrics">[],
): Map<string, readonly string[]> {
  const names = new Map<string, Set<string>>();
  for (const { labels, metrics } of targets) {
    for (const metric of metrics) {
      const known = names.get(metric.name) ?? new Set<string>();
      names.set(metric.name, known);
      for (const label of Object.keys({ ...labels, ...metric.fixed_labels, ...metric.labels })) known.add(label);
    }
  }
  return new Map(Array.from(names, ([name, known]) => [name, [...known]]));
}
