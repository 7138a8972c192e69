import type { Cluster } from "node:cluster";
import { aggregators, type MetricJson } from "../metric-aggregators.ts";
import type { OpenMetricsContentType, PrometheusContentType, RegistryContentType } from "../content-type.ts";
import { register, Registry } from "../registry.ts";
import { answerRequests } from "./answer-requests.ts";
import { WorkerRequests } from "./worker-requests.ts";

type AnyRegistry = Registry<PrometheusContentType> | Registry<OpenMetricsContentType>;

/** Those that a worker answers with. */
let registries: readonly AnyRegistry[] = [register];

/** In the primary, once there has been an aggregator registry. */
let workers: WorkerRequests | undefined;
let listening = false;

/**
 * A registry with the metrics of all workers of a `node:cluster`. The primary makes one and exposes `clusterMetrics()`; each
 * worker makes one, too, and thereby answers.
 */
export class AggregatorRegistry<T extends RegistryContentType = PrometheusContentType> extends Registry<T> {
  /** Throws a `TypeError` if the content type is none of the two of {@link Registry}. */
  constructor(contentType?: T) {
    super(contentType);
    listen();
  }

  /**
   * The metrics of all workers that are connected, as one text in the registry's format; empty where there are no workers.
   * Rejects if a worker answers with an error, if one has not answered within 5 seconds, or if an aggregator is unknown.
   */
  async clusterMetrics(): Promise<string> {
    const metrics = await workers?.ask();
    return metrics === undefined ? "" : AggregatorRegistry.aggregate(metrics, this.contentType).metrics();
  }

  /**
   * A registry of what several registries have, each as `getMetricsAsJSON()` gives it. Metrics of one name become one by the
   * aggregator that the first of them names. Throws if there is none of that name.
   *
   * @param contentType that of the new registry. Default: the text format of Prometheus.
   */
  static aggregate<T extends RegistryContentType = PrometheusContentType>(
    metrics: readonly object[],
    contentType: T = Registry.PROMETHEUS_CONTENT_TYPE as T,
  ): Registry<T> {
    const byName = new Map<string, MetricJson[]>();
    for (const metric of (metrics as readonly (readonly MetricJson[])[]).flat()) {
      const same = byName.get(metric.name);
      if (same === undefined) byName.set(metric.name, [metric]);
      else same.push(metric);
    }
    const registry = new Registry<T>();
    registry.setContentType(contentType);
    for (const same of byName.values()) {
      const aggregated = aggregate(same);
      if (aggregated !== undefined) registry.registerMetric(asMetric(aggregated));
    }
    return registry;
  }

  /**
   * Says what this worker answers with. Default: the default registry. Throws a `TypeError` if one of them is no registry.
   */
  static setRegistries(given: AnyRegistry[] | AnyRegistry): void {
    const list = Array.isArray(given) ? given : [given];
    for (const registry of list as unknown[]) {
      if (!(registry instanceof Registry)) throw new TypeError(`Expected Registry, got ${typeof registry}`);
    }
    registries = list;
  }
}

function aggregate(metrics: readonly MetricJson[]): MetricJson | undefined {
  const { aggregator } = metrics[0]!;
  const combine = Object.hasOwn(aggregators, aggregator) ? aggregators[aggregator] : undefined;
  if (typeof combine !== "function") throw new Error(`'${aggregator}' is not a defined aggregator.`);
  return combine(metrics);
}

/** What a registry takes for a metric: one that has the same values at every scrape. */
function asMetric(json: MetricJson): Parameters<Registry["registerMetric"]>[0] {
  return { get: () => json, ...json } as unknown as Parameters<Registry["registerMetric"]>[0];
}

/** Listens for messages from the first registry on, and once. */
function listen(): void {
  if (listening) return;
  listening = true;
  // Not imported: there are application servers in which loading it does harm.
  const cluster = process.getBuiltinModule("node:cluster") as unknown as Cluster;
  if (cluster.isPrimary) workers = new WorkerRequests(cluster);
  if (cluster.isWorker) answerRequests(() => registries);
}
