import { builtin } from "../builtin.ts";

// RLIM_INFINITY, which client_golang too exposes for a limit that is not set.
const unlimited = 2 ** 64 - 1;

/** What the kernel tells of this process, by metric name; what it does not tell is undefined. */
export type ProcessReading = Readonly<Record<string, number | undefined>>;

/**
 * The files of /proc/self, each read on its own: together they take longer than a request should wait. The kernel makes them
 * in memory, so that reading one never waits.
 */
export const processFiles: readonly (() => ProcessReading)[] = [
  readStatus,
  readLimits,
  readFileDescriptors,
  readNetwork,
];

function readStatus(): ProcessReading {
  const status = read("/proc/self/status");
  return {
    process_resident_memory_bytes: kibibytes(status, "VmRSS") ?? process.memoryUsage?.rss(),
    process_virtual_memory_bytes: kibibytes(status, "VmSize"),
    process_heap_bytes: kibibytes(status, "VmData"),
    process_threads: number(/^Threads:\s+(\d+)/m.exec(status)?.[1]),
  };
}

function readLimits(): ProcessReading {
  const limits = read("/proc/self/limits");
  return {
    process_virtual_memory_max_bytes: limit(limits, "Max address space"),
    process_max_fds: limit(limits, "Max open files"),
  };
}

function readFileDescriptors(): ProcessReading {
  return { process_open_fds: openFileDescriptors() };
}

function readNetwork(): ProcessReading {
  const network = readTable(read("/proc/self/net/netstat"), "IpExt");
  return {
    process_network_receive_bytes_total: network.get("InOctets"),
    process_network_transmit_bytes_total: network.get("OutOctets"),
  };
}

function read(path: string): string {
  try {
    return builtin("node:fs")?.readFileSync(path, "latin1") ?? "";
  } catch {
    return "";
  }
}

function kibibytes(status: string, field: string): number | undefined {
  const value = number(new RegExp(`^${field}:\\s+(\\d+) kB`, "m").exec(status)?.[1]);
  return value === undefined ? undefined : value * 1024;
}

function limit(limits: string, name: string): number | undefined {
  const soft = new RegExp(`^${name}\\s+(\\d+|unlimited)`, "m").exec(limits)?.[1];
  return soft === "unlimited" ? unlimited : number(soft);
}

function number(text: string | undefined): number | undefined {
  return text === undefined ? undefined : Number(text);
}

function openFileDescriptors(): number | undefined {
  const fs = builtin("node:fs");
  try {
    // Since Linux 6.2 the size of the directory is the number of its entries.
    return fs?.statSync("/proc/self/fd").size || fs?.readdirSync("/proc/self/fd").length;
  } catch {
    return undefined;
  }
}

/** A table of /proc/net/netstat: a line of names and a line of numbers, both headed by the table's name. */
function readTable(netstat: string, table: string): Map<string, number> {
  const [names, values] = netstat
    .split("\n")
    .filter((line) => line.startsWith(`${table}: `))
    .map((line) => line.split(" ").slice(1));
  return new Map(names?.map((name, i) => [name, Number(values?.[i])]));
}
