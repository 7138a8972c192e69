import { setTimeout as sleep } from "node:timers/promises";
import type { Collector } from "../../scrape/collector.ts";
import type { HostPaths } from "./host-paths.ts";
import { readCpuTimes } from "./cpu-times.ts";
import { readMemory } from "./memory.ts";

/** Seconds that all CPUs together have spent since boot, and when that was read. */
interface CpuSample {
  readonly at: number;
  readonly busy: number;
  readonly total: number;
}

const sampleMilliseconds = 5000;
// Shorter than this, the kernel's hundredths of a second would make the share coarse.
const shortestWindowMilliseconds = 100;

/**
 * The host's CPU and memory usage in percent. CPU usage is over the last 5 to 10 seconds, or since the start where that is
 * shorter: samples are taken in the background, so that the first scrape has a true value and scrapes by several
 * Prometheus servers do not disturb each other.
 */
export function systemUsageCollector(paths: HostPaths | undefined): Collector {
  const procfs = paths?.procfs;
  let older: CpuSample | undefined;
  let newer: CpuSample | undefined;
  let timer: NodeJS.Timeout | undefined;

  function takeSample(): void {
    try {
      const sample = sampleCpu(procfs);
      older = newer ?? sample;
      newer = sample;
    } catch {
      // The next scrape meets the same error and reports it.
    }
  }

  return {
    name: "system_usage",
    start() {
      takeSample();
      timer = setInterval(takeSample, sampleMilliseconds).unref();
    },
    stop() {
      clearInterval(timer);
    },
    async collect(scrape) {
      const since = older ?? sampleCpu(procfs);
      const tooEarly = shortestWindowMilliseconds - (performance.now() - since.at);
      if (tooEarly > 0) await sleep(tooEarly, undefined, { signal: scrape.signal });
      const usage = scrape.gauge({
        name: "system_usage",
        help: "Usage of the host's CPU, over the last 5 to 10 seconds, and of its memory, in percent.",
        labelNames: ["resource_type"],
      });
      const cpu = cpuPercent(since, sampleCpu(procfs));
      if (cpu !== undefined) usage.set({ resource_type: "CPU" }, cpu);
      const { total, available } = readMemory(procfs);
      usage.set({ resource_type: "Memory" }, (100 * (total - available)) / total);
    },
  };
}

function sampleCpu(procfs: string | undefined): CpuSample {
  let idle = 0;
  let total = 0;
  for (const { modes } of readCpuTimes(procfs)) {
    for (const seconds of modes.values()) total += seconds;
    idle += (modes.get("idle") ?? 0) + (modes.get("iowait") ?? 0);
  }
  return { at: performance.now(), busy: total - idle, total };
}

/**
 * The busy share; undefined where the times stand still, as in sandboxes that hide them. A CPU that went away between the
 * samples takes its seconds with it and must not make the share negative.
 */
function cpuPercent(from: CpuSample, to: CpuSample): number | undefined {
  const total = to.total - from.total;
  if (total <= 0) return undefined;
  return Math.min(Math.max((100 * (to.busy - from.busy)) / total, 0), 100);
}
