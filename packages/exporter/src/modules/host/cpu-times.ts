import { cpus } from "node:os";
import { readText } from "./pseudo-file.ts";

/** Seconds that one CPU has spent in each mode since boot, by node_exporter's names of the modes. */
export interface CpuTimes {
  readonly cpu: string;
  readonly modes: ReadonlyMap<string, number>;
  /** Seconds spent running guests, which `user` and `nice` contain already. */
  readonly guest: ReadonlyMap<string, number>;
}

const linuxModes = ["user", "nice", "system", "idle", "iowait", "irq", "softirq", "steal"];
const guestModes = ["user", "nice"];

// USER_HZ: the kernel counts in hundredths of a second here, whatever its timer does.
const ticksPerSecond = 100;

/** The times of every CPU; from `procfs` where there is one, else what Node's `os` module tells. */
export function readCpuTimes(procfs: string | undefined): CpuTimes[] {
  return procfs === undefined ? portableCpuTimes() : parseCpuTimes(readText(procfs, "stat"));
}

/** Reads the `cpu0`, `cpu1`, … lines of /proc/stat. Kernels of old have fewer columns. */
function parseCpuTimes(stat: string): CpuTimes[] {
  const times = Array.from(stat.matchAll(/^cpu(\d+)((?: +\d+)+)/gm), ([, cpu, columns]) => {
    const seconds = columns!
      .trim()
      .split(/ +/)
      .map((ticks) => Number(ticks) / ticksPerSecond);
    return { cpu: cpu!, modes: named(linuxModes, seconds), guest: named(guestModes, seconds.slice(linuxModes.length)) };
  });
  if (times.length === 0) throw new Error("stat lists no CPU");
  return times;
}

function named(names: readonly string[], values: readonly number[]): Map<string, number> {
  return new Map(names.slice(0, values.length).map((name, i) => [name, values[i]!]));
}

function portableCpuTimes(): CpuTimes[] {
  return cpus().map(({ times }, cpu) => ({
    cpu: String(cpu),
    modes: new Map([
      ["user", times.user / 1000],
      ...(process.platform === "win32" ? [] : [["nice", times.nice / 1000] as const]),
      ["system", times.sys / 1000],
      ["idle", times.idle / 1000],
      ...(process.platform === "win32" ? [["irq", times.irq / 1000] as const] : []),
    ]),
    guest: new Map(),
  }));
}
