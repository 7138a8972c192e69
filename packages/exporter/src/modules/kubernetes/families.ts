import type { Gauge } from "@exporterkit/client";
import type { Scrape } from "../../scrape/scrape.ts";
import type { Cluster } from "./cluster.ts";
import { columns } from "./columns.ts";
import type { Group } from "./group.ts";
import { phases } from "./pod.ts";
import { Turns } from "./turns.ts";

/** A family with a series for each group. */
interface GroupFamily {
  readonly name: string;
  readonly help: string;
  readonly column: number;
  /** What one unit is divided by: nanocores are 1e9 for a core. */
  readonly perOne?: 1e9;
  /** Groups in which this is 0 have no series. Default: all have. */
  readonly counted?: number;
}

const requestFamilies: readonly GroupFamily[] = [
  {
    name: "kube_label_cpu_request_cores",
    help: "CPU that the group's pods request which have not ended, as the scheduler reckons, in cores.",
    column: columns.cpuRequest,
    perOne: 1e9,
  },
  {
    name: "kube_label_memory_request_bytes",
    help: "Memory that the group's pods request which have not ended, as the scheduler reckons, in bytes.",
    column: columns.memoryRequest,
  },
  {
    name: "kube_label_cpu_limit_cores",
    help: "CPU that the group's pods may use which have a limit, in cores.",
    column: columns.cpuLimit,
    perOne: 1e9,
    counted: columns.cpuLimited,
  },
  {
    name: "kube_label_memory_limit_bytes",
    help: "Memory that the group's pods may use which have a limit, in bytes.",
    column: columns.memoryLimit,
    counted: columns.memoryLimited,
  },
];

const usageFamilies: readonly GroupFamily[] = [
  {
    name: "kube_label_cpu_usage_cores",
    help: "CPU that the group's pods use now, in cores, of the containers that have samples.",
    column: columns.cpuUsage,
    perOne: 1e9,
    counted: columns.sampledPods,
  },
  {
    name: "kube_label_memory_working_set_bytes",
    help: "Memory that the group's pods hold and the kernel cannot take back, in bytes, of the containers that have samples.",
    column: columns.memoryUsage,
    counted: columns.sampledPods,
  },
  {
    name: "kube_label_sampled_pods",
    help: "Pods whose usage is in the sums.",
    column: columns.sampledPods,
  },
  {
    name: "kube_label_unsampled_containers",
    help: "Containers that run and whose usage is not in the sums, as there is no sample of it.",
    column: columns.unsampledContainers,
  },
  {
    name: "kube_label_cpu_usage_requested_cores",
    help: "CPU that those containers use which request some, in cores: the upper part of a ratio.",
    column: columns.cpuUsageRequested,
    perOne: 1e9,
    counted: columns.cpuCompared,
  },
  {
    name: "kube_label_cpu_request_sampled_cores",
    help: "CPU that those containers request which have samples, in cores: the lower part of a ratio.",
    column: columns.cpuRequestUsed,
    perOne: 1e9,
    counted: columns.cpuCompared,
  },
  {
    name: "kube_label_memory_working_set_requested_bytes",
    help: "Memory that those containers hold which request some, in bytes: the upper part of a ratio.",
    column: columns.memoryUsageRequested,
    counted: columns.memoryCompared,
  },
  {
    name: "kube_label_memory_request_sampled_bytes",
    help: "Memory that those containers request which have samples, in bytes: the lower part of a ratio.",
    column: columns.memoryRequestUsed,
    counted: columns.memoryCompared,
  },
];

/** Adds what the pods of each group are and ask for. */
export async function writePods(scrape: Scrape, cluster: Cluster): Promise<void> {
  const writer = new GroupWriter(scrape, cluster);
  const pods = scrape.gauge({
    name: "kube_label_pods",
    help: "Pods of the group, by phase.",
    labelNames: [...writer.labelNames, "phase"],
  });
  await writer.each(({ sums, labels }) => {
    for (const [i, phase] of phases.entries()) {
      const count = sums.at(columns.pods + i);
      if (count > 0) pods.set({ ...labels, phase }, count);
    }
  });
  for (const family of requestFamilies) await writer.write(family);
}

/** Adds what the pods of each group use. */
export async function writeUsage(scrape: Scrape, cluster: Cluster): Promise<void> {
  const writer = new GroupWriter(scrape, cluster);
  for (const family of usageFamilies) await writer.write(family);
  let seconds: ReturnType<typeof counter> | undefined;
  const counter = () =>
    scrape.counter({
      name: "kube_label_cpu_usage_seconds_total",
      help: "CPU time that the group's pods have used since it exists here, in seconds.",
      labelNames: writer.labelNames,
    });
  await writer.each(({ cpuSeconds, labels }) => {
    if (cpuSeconds !== undefined) (seconds ??= counter()).setTotal(labels, cpuSeconds);
  });
}

/** Writes a sample for each group, as the groups are now. */
class GroupWriter {
  readonly labelNames: readonly string[];
  readonly #scrape: Scrape;
  readonly #groups: readonly Group[];

  constructor(scrape: Scrape, cluster: Cluster) {
    this.#scrape = scrape;
    this.labelNames = cluster.labelNames;
    this.#groups = cluster.groupings.flatMap((_, i) => cluster.groupsOf(i));
  }

  /** A gauge of a column. */
  async write({ name, help, column, perOne, counted }: GroupFamily): Promise<void> {
    const gauge: Gauge<string> = this.#scrape.gauge({ name, help, labelNames: this.labelNames });
    await this.each(({ sums, labels }) => {
      if (counted !== undefined && sums.at(counted) === 0) return;
      const value = sums.at(column);
      gauge.set(labels, perOne === undefined ? value : value / perOne);
    });
  }

  /** Calls `write` for each group, and lets the event loop turn meanwhile. */
  async each(write: (group: Group) => void): Promise<void> {
    const turns = new Turns(this.#scrape.signal);
    for (const group of this.#groups) {
      write(group);
      if (turns.isDue) await turns.take();
    }
  }
}
