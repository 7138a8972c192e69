import { Counter } from "../metrics/counter.ts";
import { Gauge } from "../metrics/gauge.ts";
import type { RegistrableMetric } from "../registrable-metric.ts";
import { processFiles, type ProcessReading } from "./proc-self.ts";
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
  return processFiles.flatMap((read) => metricsOf(read, prefix));
}

/** What stands in one file; the first of its metrics brings all of them up to date. */
function metricsOf(read: () => ProcessReading, prefix: string): RegistrableMetric[] {
  const setters = new Map<string, (value: number | undefined) => void>();
  const update = (): void => {
    const values = read();
    for (const [name, set] of setters) set(values[name]);
  };
  const first = read();
  const there = procSelfMetrics.filter(({ name }) => first[name] !== undefined);
  return there.map(({ name, help, type }, i) => {
    // Processes of one host share its network: what it received is no more for being counted by each.
    const aggregation = type === "counter" ? "max" : "sum";
    const options = {
      name: prefix + name,
      help,
      aggregation,
      registers: [],
      ...(i === 0 && { collect: update }),
    } as const;
    if (type === "counter") {
      const counter = new Counter(options);
      setters.set(name, (total) => total !== undefined && counter.setTotal(total));
      return counter;
    }
    const gauge = new Gauge(options);
    setters.set(name, (value) => (value === undefined ? gauge.remove() : gauge.set(value)));
    return gauge;
  });
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
