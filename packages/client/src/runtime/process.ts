import { Counter } from "../metrics/counter.ts";
import { Gauge } from "../metrics/gauge.ts";
import type { RegistrableMetric } from "../registrable-metric.ts";
import { type ProcessReading, readProcess } from "./proc-self.ts";
import { markProcessWide } from "./process-wide.ts";
import type { RuntimeMetrics, RuntimeMetricsOptions } from "./runtime-metrics.ts";

/**
 * The standard metrics of a process. What the platform does not tell is left out.
 *
 * @see https://prometheus.io/docs/instrumenting/writing_clientlibs/#process-metrics
 */
export function processMetrics({ prefix }: RuntimeMetricsOptions): RuntimeMetrics {
  const metrics = [...cpuTime(prefix), startTime(prefix), ...procSelf(prefix)];
  for (const metric of metrics) markProcessWide(metric);
  return { metrics };
}

function cpuTime(prefix: string): RegistrableMetric[] {
  const counter = (name: string, help: string, collect?: () => void): Counter =>
    new Counter({ name: prefix + name, help, registers: [], ...(collect && { collect }) });

  const user = counter("process_cpu_user_seconds_total", "CPU time the process spent in user mode, in seconds.");
  const system = counter("process_cpu_system_seconds_total", "CPU time the process spent in the kernel, in seconds.");
  const total = counter("process_cpu_seconds_total", "CPU time the process spent, user and system, in seconds.", () => {
    const usage = process.cpuUsage();
    user.setTotal(usage.user / 1e6);
    system.setTotal(usage.system / 1e6);
    total.setTotal((usage.user + usage.system) / 1e6);
  });
  return [user, system, total];
}

function startTime(prefix: string): RegistrableMetric {
  const gauge = new Gauge({
    name: `${prefix}process_start_time_seconds`,
    help: "Start time of the process since the Unix epoch, in seconds.",
    aggregation: "min",
    registers: [],
  });
  gauge.set(Date.now() / 1000 - process.uptime());
  return gauge;
}

/** What stands in /proc/self; elsewhere the resident memory alone. */
function procSelf(prefix: string): RegistrableMetric[] {
  const first = readProcess();
  const gauges = new Map<keyof ProcessReading, Gauge>();
  const counters = new Map<keyof ProcessReading, Counter>();
  for (const { name, help, type } of procSelfMetrics) {
    if (first[name] === undefined) continue;
    // Processes of one host share its network: what it received is no more for being counted by each.
    const aggregation = type === "counter" ? "max" : "sum";
    const options = { name: prefix + name, help, aggregation, registers: [] } as const;
    if (type === "counter") counters.set(name, new Counter(options));
    else
      gauges.set(name, new Gauge(name === "process_resident_memory_bytes" ? { ...options, collect: update } : options));
  }
  return [...gauges.values(), ...counters.values()];

  function update(): void {
    const values = readProcess();
    for (const [name, gauge] of gauges) {
      const value = values[name];
      if (value === undefined) gauge.remove();
      else gauge.set(value);
    }
    for (const [name, counter] of counters) {
      const total = values[name];
      if (total !== undefined) counter.setTotal(total);
    }
  }
}

const procSelfMetrics = [
  { name: "process_resident_memory_bytes", type: "gauge", help: "Resident memory of the process, in bytes." },
  { name: "process_virtual_memory_bytes", type: "gauge", help: "Virtual memory of the process, in bytes." },
  {
    name: "process_virtual_memory_max_bytes",
    type: "gauge",
    help: "Virtual memory that the process may have at most, in bytes.",
  },
  { name: "process_heap_bytes", type: "gauge", help: "Data segment of the process, in bytes." },
  { name: "process_open_fds", type: "gauge", help: "Open file descriptors." },
  { name: "process_max_fds", type: "gauge", help: "File descriptors that the process may have open at most." },
  { name: "process_threads", type: "gauge", help: "Threads of the process." },
  {
    name: "process_network_receive_bytes_total",
    type: "counter",
    help: "Bytes received over IP in the network namespace of the process.",
  },
  {
    name: "process_network_transmit_bytes_total",
    type: "counter",
    help: "Bytes sent over IP in the network namespace of the process.",
  },
] as const;
