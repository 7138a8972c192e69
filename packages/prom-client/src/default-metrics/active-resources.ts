import { declareGauge, type DefaultMetricsSettings } from "./default-metrics-settings.ts";

/** Parts of `process` that are not documented, or that other runtimes lack. */
const runtime = process as unknown as {
  readonly getActiveResourcesInfo?: () => string[];
  readonly _getActiveHandles?: () => object[];
  readonly _getActiveRequests?: () => object[];
};

/** What keeps the event loop alive. */
export function activeResources(settings: DefaultMetricsSettings): void {
  countByType(settings, runtime.getActiveResourcesInfo, {
    name: "nodejs_active_resources",
    byType:
      "Number of active resources that are currently keeping the event loop alive, grouped by async resource type.",
    total: "Total number of active resources.",
  });
}

/** The handles of libuv. */
export function activeHandles(settings: DefaultMetricsSettings): void {
  countByType(settings, runtime._getActiveHandles, {
    name: "nodejs_active_handles",
    byType: "Number of active libuv handles grouped by handle type. Every handle type is C++ class name.",
    total: "Total number of active handles.",
  });
}

/** The requests of libuv. */
export function activeRequests(settings: DefaultMetricsSettings): void {
  countByType(settings, runtime._getActiveRequests, {
    name: "nodejs_active_requests",
    byType: "Number of active libuv requests grouped by request type. Every request type is C++ class name.",
    total: "Total number of active requests.",
  });
}

interface Named {
  readonly name: string;
  readonly byType: string;
  readonly total: string;
}

function countByType(
  settings: DefaultMetricsSettings,
  list: (() => (string | object)[]) | undefined,
  { name, byType, total }: Named,
): void {
  if (list === undefined) return;
  const { labels } = settings;
  const ofType = declareGauge(settings, {
    name,
    help: byType,
    labelNames: ["type"],
    collect() {
      const counts = new Map<string, number>();
      for (const item of list.call(process)) {
        const type = typeof item === "string" ? item : item?.constructor?.name;
        if (type !== undefined) counts.set(type, (counts.get(type) ?? 0) + 1);
      }
      ofType.reset();
      for (const [type, count] of counts) ofType.set({ type, ...labels }, count);
    },
  });
  const all = declareGauge(settings, {
    name: `${name}_total`,
    help: total,
    collect: () => all.set(labels, list.call(process).length),
  });
}
