import { hostname } from "node:os";
import { defineModule, type Module } from "../../module.ts";
import { kubernetesDashboard } from "./dashboard.ts";
import { parseGroupKey } from "./group-key.ts";
import type { GroupingOptions } from "./grouping.ts";
import { kubernetesCollectors } from "./kubernetes-collectors.ts";
import { type KubernetesConfig, kubernetesSchema } from "./kubernetes-config.ts";
import { kubernetesFlags } from "./kubernetes-flags.ts";
import { kubernetesRules } from "./rules.ts";
import { shardOf } from "./shard.ts";
import { kubernetesSummary } from "./summary.ts";

/** The kubernetes module as a configuration file names it. */
export const kubernetesModule: Module<KubernetesConfig> = defineModule({
  name: "kubernetes",
  description: "The pods of a Kubernetes cluster, and the CPU and memory that they use, added up by their labels.",
  schema: kubernetesSchema,
  flags: kubernetesFlags,
  collectors: (config, { logger }) =>
    kubernetesCollectors({
      kubeconfig: config.kubeconfig,
      context: config.context,
      groupings: groupingsOf(config.group_by),
      usage: usageOf(config),
      namespaces: config.namespaces,
      selectors: {
        ...(config.label_selector !== undefined && { labelSelector: config.label_selector }),
        ...(config.field_selector !== undefined && { fieldSelector: config.field_selector }),
      },
      usageSeconds: config.usage_interval,
      staleSeconds: config.stale_after,
      requestSeconds: config.request_timeout,
      watchSeconds: config.watch_timeout,
      stalledSeconds: config.stalled_after,
      mostBackoffSeconds: config.max_backoff,
      pageSize: config.page_size,
      maxGroups: config.max_groups,
      shard: shardOf({ shard: config.shard, total: config.total_shards }, process.env["POD_NAME"] ?? hostname()),
      logger,
    }),
  dashboards: [kubernetesDashboard],
  rules: [kubernetesRules],
  summary: kubernetesSummary,
});

function groupingsOf(groupBy: KubernetesConfig["group_by"]): GroupingOptions[] {
  if (Array.isArray(groupBy)) return [{ keys: (groupBy as readonly string[]).map(parseGroupKey) }];
  return Object.entries(groupBy as Readonly<Record<string, readonly string[]>>).map(([name, keys]) => ({
    name,
    keys: keys.map(parseGroupKey),
  }));
}

function usageOf({ usage, kubelet }: KubernetesConfig): Parameters<typeof kubernetesCollectors>[0]["usage"] {
  if (usage !== "kubelet") return usage === "none" ? undefined : usage;
  return {
    viaApiServer: kubelet.via === "api_server",
    port: kubelet.port,
    caFile: kubelet.ca_file,
    insecureSkipVerify: kubelet.insecure_skip_verify,
    concurrency: kubelet.concurrency,
  };
}
