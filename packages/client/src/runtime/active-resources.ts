import { Gauge } from "../metrics/gauge.ts";
import type { RegistrableMetric } from "../registrable-metric.ts";
import type { RuntimeMetrics, RuntimeMetricsOptions } from "./runtime-metrics.ts";

/** Parts of `process` that Node.js has, documented or not; other runtimes lack some. */
interface NodeProcess {
  getActiveResourcesInfo?: () => string[];
  _getActiveHandles?: () => object[];
  _getActiveRequests?: () => object[];
}

/** What keeps the event loop alive, by type. The gauges named `_total` bear the names that dashboards know. */
export function activeResourceMetrics({ prefix }: RuntimeMetricsOptions): RuntimeMetrics {
  const node = process as unknown as NodeProcess;
  return {
    metrics: [
      ...countByType(prefix, "resources", "Resources that keep the event loop alive", node.getActiveResourcesInfo),
      ...countByType(prefix, "handles", "Active libuv handles", node._getActiveHandles),
      ...countByType(prefix, "requests", "Active libuv requests", node._getActiveRequests),
    ],
  };
}

function countByType(
  prefix: string,
  what: string,
  help: string,
  list?: () => (string | object)[],
): RegistrableMetric[] {
  if (list === undefined) return [];
  const byType = new Gauge({
    name: `${prefix}nodejs_active_${what}`,
    help: `${help}, by type.`,
    labelNames: ["type"],
    registers: [],
    collect() {
      const active = list.call(process);
      byType.reset();
      for (const item of active) byType.inc({ type: typeof item === "string" ? item : item.constructor.name });
      all.set(active.length);
    },
  });
  const all = new Gauge({ name: `${prefix}nodejs_active_${what}_total`, help: `${help}.`, registers: [] });
  return [byType, all];
}
