import { setTimeout as wait } from "node:timers/promises";
import type { Logger } from "../../logger.ts";
import type { Collector } from "../../scrape/collector.ts";
import type { Scrape } from "../../scrape/scrape.ts";
import { Api } from "./api.ts";
import { ApiReport } from "./api-report.ts";
import { Cluster } from "./cluster.ts";
import { Connection, type ConnectionOptions } from "./connection.ts";
import { writePods, writeUsage } from "./families.ts";
import { Grouping, type GroupingOptions } from "./grouping.ts";
import { type KubeletOptions, KubeletSource } from "./kubelet-source.ts";
import { ListWatch } from "./list-watch.ts";
import { podMetricsSource } from "./pod-metrics-source.ts";
import type { Shard } from "./shard.ts";
import { SharedLifecycle } from "./shared-lifecycle.ts";
import { UsagePoll } from "./usage-poll.ts";

/** What the kubernetes module is told. */
export interface KubernetesOptions extends ConnectionOptions {
  readonly groupings: readonly GroupingOptions[];
  /** Where what pods use comes from; undefined is nowhere. */
  readonly usage: "metrics_api" | KubeletOptions | undefined;
  /** The namespaces to watch; none is all of them at once. */
  readonly namespaces: readonly string[];
  readonly selectors: { readonly labelSelector?: string; readonly fieldSelector?: string };
  readonly usageSeconds: number;
  readonly staleSeconds: number;
  readonly requestSeconds: number;
  readonly watchSeconds: number;
  readonly stalledSeconds: number;
  readonly mostBackoffSeconds: number;
  readonly pageSize: number;
  readonly maxGroups: number;
  readonly shard: Shard | undefined;
  readonly logger: Logger;
}

// So long an exporter that starts waits for the cluster at most, so that its first scrape has something.
const mostFirstSeconds = 10;

/** Sums over the pods of a cluster. One collector has the pods, one what they use, and one how the data came. */
export function kubernetesCollectors(options: KubernetesOptions): Collector[] {
  const { staleSeconds, logger, usage } = options;
  const connection = new Connection(options);
  const api = new Api(connection);
  const report = new ApiReport();
  const cluster = new Cluster({ ...options, groupings: options.groupings.map((grouping) => new Grouping(grouping)) });
  const watches = watchesOf(options, { api, report, cluster });
  const shared = { api, cluster, report, logger, requestSeconds: options.requestSeconds };
  const poll =
    usage === undefined
      ? undefined
      : new UsagePoll({
          source:
            usage === "metrics_api"
              ? podMetricsSource({ ...shared, namespaces: options.namespaces })
              : new KubeletSource({ ...shared, ...usage }),
          cluster,
          report,
          logger,
          intervalSeconds: options.usageSeconds,
        });

  const lifecycle = new SharedLifecycle(begin, end);
  const collector = (name: string, collect: Collector["collect"]): Collector => ({
    name,
    start: lifecycle.start,
    stop: lifecycle.stop,
    collect,
  });
  const pods = collector("kubernetes_pods", async (scrape) => {
    checkPods();
    await writePods(scrape, cluster);
  });
  const state = collector("kubernetes_api", writeState);
  if (poll === undefined) return [state, pods];
  const used = collector("kubernetes_usage", async (scrape) => {
    // Sums by labels are wrong if the labels are.
    checkPods();
    check("what the pods use", poll);
    cluster.dropStale();
    await writeUsage(scrape, cluster);
  });
  return [state, pods, used];

  async function begin(): Promise<void> {
    await connection.load();
    const listed = Promise.all(watches.map(({ watch }) => watch.start()));
    const ready = poll === undefined ? listed : poll.start(listed);
    const patience = new AbortController();
    const seconds = Math.min(mostFirstSeconds, options.requestSeconds);
    await Promise.race([ready, wait(seconds * 1000, undefined, { signal: patience.signal })]);
    patience.abort();
  }

  async function end(): Promise<void> {
    await Promise.all([...watches.map(({ watch }) => watch.stop()), poll?.stop()]);
    connection.close();
  }

  function checkPods(): void {
    for (const { name, watch } of watches) check(name, watch);
  }

  function check(what: string, { ageSeconds, lastFailure }: ListWatch | UsagePoll): void {
    if (ageSeconds !== undefined && ageSeconds <= staleSeconds) return;
    const why = lastFailure === undefined ? "" : `: ${lastFailure}`;
    if (ageSeconds === undefined) throw new Error(`${what}: not read yet${why}`);
    throw new Error(
      `${what}: nothing heard for ${Math.round(ageSeconds)} s, and stale_after is ${staleSeconds} s${why}`,
    );
  }

  function writeState(scrape: Scrape): void {
    report.write(scrape);
    const gauge = (name: string, help: string): { set(value: number): void } => scrape.gauge({ name, help });
    gauge("exporterkit_kubernetes_cached_pods", "Pods that are kept.").set(cluster.size);
    const ungrouped = "Pods that are in no group as there are max_groups of them already, for each grouping.";
    gauge("exporterkit_kubernetes_ungrouped_pods", ungrouped).set(cluster.ungrouped);
    const limit = "How old anything that is served may be, as stale_after in the configuration says, in seconds.";
    gauge("exporterkit_kubernetes_stale_after_seconds", limit).set(staleSeconds);
    const age = scrape.gauge({
      name: "exporterkit_kubernetes_data_age_seconds",
      help: "Seconds since the cluster last told of its pods, and since what they use was last read.",
      labelNames: ["resource"],
    });
    const ages = watches.map(({ watch }) => watch.ageSeconds);
    if (ages.every((seconds) => seconds !== undefined)) age.set({ resource: "pods" }, Math.max(...ages));
    if (poll?.ageSeconds !== undefined) age.set({ resource: "usage" }, poll.ageSeconds);
    cluster.dropStale();
    let oldest = Infinity;
    for (const { usage: sample } of cluster.members()) oldest = Math.min(oldest, sample?.takenAt ?? Infinity);
    if (oldest === Infinity) return;
    const name = "exporterkit_kubernetes_oldest_sample_age_seconds";
    gauge(name, "Age of the oldest sample that is in the sums.").set((performance.now() - oldest) / 1000);
  }
}

function watchesOf(
  options: KubernetesOptions,
  { api, report, cluster }: { readonly api: Api; readonly report: ApiReport; readonly cluster: Cluster },
): { readonly name: string; readonly watch: ListWatch }[] {
  const scopes = options.namespaces.length === 0 ? [undefined] : options.namespaces;
  return scopes.map((namespace, scope) => ({
    name: namespace === undefined ? "pods" : `pods of the namespace ${namespace}`,
    watch: new ListWatch({
      ...options,
      api,
      report,
      path: namespace === undefined ? "/api/v1/pods" : `/api/v1/namespaces/${namespace}/pods`,
      sink: {
        ignores: (head) => cluster.ignores(head),
        set: (object, list) => cluster.set(object, scope, list),
        stage: (object, list) => cluster.stage(object, scope, list),
        delete: (object) => cluster.delete(object),
        listed: (list) => cluster.completeList(scope, list),
      },
    }),
  }));
}
