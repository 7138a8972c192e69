import type { Api } from "./api.ts";
import { ApiFailure } from "./api-failure.ts";
import type { PodMetricsObject } from "./api-objects.ts";
import type { Cluster } from "./cluster.ts";
import { JsonList } from "./json-list.ts";
import { headOf } from "./object-head.ts";
import { type PodUsage, takenAt } from "./pod-usage.ts";
import { parseQuantity } from "./quantity.ts";
import { Turns } from "./turns.ts";
import type { UsageSource } from "./usage-source.ts";

/** What the source is told. */
export interface PodMetricsOptions {
  readonly api: Api;
  readonly cluster: Cluster;
  /** The namespaces to ask for; none is all of them at once. */
  readonly namespaces: readonly string[];
  readonly requestSeconds: number;
}

const longestItemBytes = 1024 * 1024;
const group = "/apis/metrics.k8s.io/v1beta1";

/** The PodMetrics of `metrics.k8s.io`, as metrics-server and others have them. Only names are joined: not all have labels. */
export function podMetricsSource({ api, cluster, namespaces, requestSeconds }: PodMetricsOptions): UsageSource {
  const paths =
    namespaces.length === 0 ? [`${group}/pods`] : namespaces.map((name) => `${group}/namespaces/${name}/pods`);
  return {
    async read(signal) {
      const seen = new Set<object>();
      for (const path of paths) await readPath(path, seen, signal);
      for (const member of cluster.members()) {
        if (member.usage !== undefined && !seen.has(member)) cluster.setUsage(member, undefined);
      }
    },
  };

  function isKnown(item: Buffer): boolean {
    const head = headOf(item);
    return head === undefined || cluster.find(head.namespace, head.name) !== undefined;
  }

  async function readPath(path: string, seen: Set<object>, signal: AbortSignal): Promise<void> {
    const request = { path, silenceMilliseconds: requestSeconds * 1000, signal };
    const { body, date } = await api.get(request).catch((error: unknown) => {
      throw error instanceof ApiFailure && error.status === 404 ? notServed(error) : error;
    });
    const clock = { now: performance.now(), serverNow: date };
    const items = new JsonList(longestItemBytes, isKnown);
    const turns = new Turns(signal);
    for await (const chunk of body) {
      for (const item of items.take(chunk)) {
        const { metadata = {}, ...metrics } = item as PodMetricsObject;
        const member = cluster.find(metadata.namespace ?? "", metadata.name ?? "");
        const usage = member && usageOf(metrics, member.lastUsage, cluster, clock);
        // What is older than the pod is of another that had its name.
        if (member !== undefined && usage !== undefined && usage.timestamp >= member.pod.created) {
          cluster.setUsage(member, usage);
          seen.add(member);
        }
        if (turns.isDue) await turns.take();
      }
    }
    items.end();
  }
}

function notServed({ message, status, reason }: ApiFailure): ApiFailure {
  const remedy = "install metrics-server, or set modules.kubernetes.usage to kubelet or none";
  return new ApiFailure(`${message}: the cluster has no metrics.k8s.io; ${remedy}`, { status, reason });
}

function usageOf(
  { timestamp = "", containers }: PodMetricsObject,
  before: PodUsage | undefined,
  { reader }: Cluster,
  clock: Parameters<typeof takenAt>[2],
): PodUsage | undefined {
  const time = Date.parse(timestamp);
  if (Number.isNaN(time)) return undefined;
  const names: string[] = [];
  const cpu: number[] = [];
  const memory: number[] = [];
  for (const { name = "", usage } of containers ?? []) {
    const cores = parseQuantity(usage?.["cpu"], 1e9);
    const bytes = parseQuantity(usage?.["memory"], 1);
    if (cores === undefined || bytes === undefined) continue;
    names.push(name);
    cpu.push(cores);
    memory.push(bytes);
  }
  if (names.length === 0) return undefined;
  return { names: reader.names(names), cpu, memory, timestamp: time, takenAt: takenAt(time, before, clock) };
}
