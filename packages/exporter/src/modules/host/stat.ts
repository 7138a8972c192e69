import { uptime } from "node:os";
import { z } from "zod";
import type { Collector } from "../../scrape/collector.ts";
import type { Scrape } from "../../scrape/scrape.ts";
import type { HostPaths } from "./host-paths.ts";
import { flag, type OptionsSchema } from "./options.ts";
import { readText } from "./pseudo-file.ts";

/** What the collector of the kernel's statistics can be told. */
export interface StatOptions {
  /** Whether to tell how often each kind of software interrupt was served. */
  readonly softirq: boolean;
}

/** The schema of these. */
export const statOptions: OptionsSchema<StatOptions> = z.strictObject({
  softirq: flag("Whether to tell how often each kind of software interrupt was served."),
});

const counters = {
  intr: { name: "node_intr_total", help: "Total number of interrupts serviced." },
  ctxt: { name: "node_context_switches_total", help: "Total number of context switches." },
  processes: { name: "node_forks_total", help: "Total number of forks." },
};
const gauges = {
  btime: { name: "node_boot_time_seconds", help: "Boot time since the Unix epoch, in seconds." },
  procs_running: { name: "node_procs_running", help: "Number of processes in runnable state." },
  procs_blocked: { name: "node_procs_blocked", help: "Number of processes that wait for I/O." },
};
const softirqs = ["hi", "timer", "net_tx", "net_rx", "block", "block_iopoll", "tasklet", "sched", "hrtimer", "rcu"];

/** When the host booted, and what its kernel has counted since. */
export function statCollector(paths: HostPaths | undefined, options: StatOptions): Collector {
  return {
    name: "stat",
    collect(scrape) {
      if (paths === undefined) {
        scrape.gauge(gauges.btime).set(Math.round(Date.now() / 1000 - uptime()));
        return;
      }
      const fields = parseStat(readText(paths.procfs, "stat"));
      for (const [field, metric] of Object.entries(counters)) {
        const total = fields.get(field)?.[0];
        if (total !== undefined) scrape.counter(metric).setTotal(total);
      }
      for (const [field, metric] of Object.entries(gauges)) {
        const value = fields.get(field)?.[0];
        if (value !== undefined) scrape.gauge(metric).set(value);
      }
      if (options.softirq) tellSoftirqs(scrape, fields.get("softirq") ?? []);
    },
  };
}

/** The numbers of each line but those of the CPUs, by the word in front of them. */
function parseStat(stat: string): Map<string, number[]> {
  const lines = Array.from(
    stat.matchAll(/^((?!cpu)[a-z_]+)((?: \d+)+)$/gm),
    ([, field, numbers]) => [field!, numbers!.trim().split(" ").map(Number)] as const,
  );
  if (lines.length === 0) throw new Error("stat has none of the fields that are known");
  return new Map(lines);
}

function tellSoftirqs(scrape: Scrape, [, ...totals]: readonly number[]): void {
  const counter = scrape.counter({
    name: "node_softirqs_total",
    help: "Number of software interrupts served, by kind.",
    labelNames: ["vector"],
  });
  for (const [i, total] of totals.entries()) {
    const vector = softirqs[i];
    if (vector !== undefined) counter.setTotal({ vector }, total);
  }
}
