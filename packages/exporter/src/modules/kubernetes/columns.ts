import { hasEnded, type Pod } from "./pod.ts";
import type { PodResources } from "./pod-resources.ts";
import type { PodUsage } from "./pod-usage.ts";

/** What is added up over the pods of a group, each at its place; CPU in nanocores, memory in bytes. */
export const columns = {
  /** As many as there are phases. */
  pods: 0,
  sampledPods: 5,
  unsampledContainers: 6,
  cpuUsage: 7,
  memoryUsage: 8,
  cpuRequest: 9,
  memoryRequest: 10,
  cpuLimit: 11,
  memoryLimit: 12,
  /** How many pods have such a limit. */
  cpuLimited: 13,
  memoryLimited: 14,
  /** Of what has both a request and a sample: the usage, the request, and how many there are. */
  cpuUsageRequested: 15,
  cpuRequestUsed: 16,
  cpuCompared: 17,
  memoryUsageRequested: 18,
  memoryRequestUsed: 19,
  memoryCompared: 20,
} as const;

/** How many numbers a group has. */
export const columnCount = 21;

/** Writes what a pod adds to its groups into `numbers`, and leaves the rest of them 0. */
export function writeContribution(pod: Pod, usage: PodUsage | undefined, numbers: Float64Array): void {
  numbers.fill(0);
  numbers[columns.pods + pod.phase] = 1;
  // What has ended uses and holds nothing, though it stands in the API.
  if (hasEnded(pod)) return;
  const { requests, limits } = pod.resources;
  numbers[columns.cpuRequest] = requests.cpu ?? 0;
  numbers[columns.memoryRequest] = requests.memory ?? 0;
  numbers[columns.cpuLimit] = limits.cpu ?? 0;
  numbers[columns.memoryLimit] = limits.memory ?? 0;
  numbers[columns.cpuLimited] = limits.cpu === undefined ? 0 : 1;
  numbers[columns.memoryLimited] = limits.memory === undefined ? 0 : 1;
  numbers[columns.unsampledContainers] = pod.running.filter((name) => usage?.names.includes(name) !== true).length;
  if (usage === undefined) return;
  numbers[columns.sampledPods] = 1;
  for (const [i, name] of usage.names.entries()) {
    const cpu = usage.cpu[i]!;
    const memory = usage.memory[i]!;
    numbers[columns.cpuUsage]! += cpu;
    numbers[columns.memoryUsage]! += memory;
    const request = pod.resources.requestOf.get(name);
    // A request of 0 is none.
    if (request?.cpu) compare(columns.cpuUsageRequested, cpu, request.cpu);
    if (request?.memory) compare(columns.memoryUsageRequested, memory, request.memory);
  }
  compareWhole(pod.resources, "cpu", columns.cpuUsageRequested, columns.cpuUsage);
  compareWhole(pod.resources, "memory", columns.memoryUsageRequested, columns.memoryUsage);

  function compare(column: number, used: number, requested: number): void {
    numbers[column]! += used;
    numbers[column + 1]! += requested;
    numbers[column + 2]! += 1;
  }

  // Beside the request of a whole pod, those of its containers only divide it up; a part of it has no request of its own.
  function compareWhole(
    resources: PodResources,
    resource: "cpu" | "memory",
    column: number,
    usageColumn: number,
  ): void {
    if (!resources.isWhole[resource]) return;
    numbers.fill(0, column, column + 3);
    const requested = resources.requests[resource];
    if (!requested || numbers[columns.unsampledContainers]! > 0) return;
    compare(column, numbers[usageColumn]!, requested);
  }
}
