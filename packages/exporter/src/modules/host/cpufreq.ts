import type { Collector } from "../../scrape/collector.ts";
import { cpusOf } from "./cpu-sysfs.ts";
import type { HostPaths } from "./host-paths.ts";
import { listFolder, readAttribute, readNumber } from "./pseudo-file.ts";

const frequencies = [
  ["cpuinfo_cur_freq", "node_cpu_frequency_hertz", "Current CPU thread frequency in hertz."],
  ["cpuinfo_max_freq", "node_cpu_frequency_max_hertz", "Maximum CPU thread frequency in hertz."],
  ["cpuinfo_min_freq", "node_cpu_frequency_min_hertz", "Minimum CPU thread frequency in hertz."],
  ["scaling_cur_freq", "node_cpu_scaling_frequency_hertz", "Current scaled CPU thread frequency in hertz."],
  ["scaling_max_freq", "node_cpu_scaling_frequency_max_hertz", "Maximum scaled CPU thread frequency in hertz."],
  ["scaling_min_freq", "node_cpu_scaling_frequency_min_hertz", "Minimum scaled CPU thread frequency in hertz."],
] as const;

/** How fast each CPU runs and may run, and what decides it. */
export function cpufreqCollector(paths: HostPaths): Collector {
  return {
    name: "cpufreq",
    collect(scrape) {
      const cpus = cpusOf(paths).filter((cpu) => listFolder(paths.sysfs, folderOf(cpu)).length > 0);
      for (const [attribute, name, help] of frequencies) {
        const gauge = scrape.gauge({ name, help, labelNames: ["cpu"] });
        for (const cpu of cpus) {
          const kilohertz = readNumber(paths.sysfs, `${folderOf(cpu)}/${attribute}`);
          if (kilohertz !== undefined) gauge.set({ cpu }, kilohertz * 1000);
        }
      }
      const governors = scrape.gauge({
        name: "node_cpu_scaling_governor",
        help: "Current enabled CPU frequency governor.",
        labelNames: ["cpu", "governor"],
      });
      for (const cpu of cpus) {
        const current = readAttribute(paths.sysfs, `${folderOf(cpu)}/scaling_governor`);
        if (current === undefined || current === "") continue;
        const available = readAttribute(paths.sysfs, `${folderOf(cpu)}/scaling_available_governors`) ?? "";
        for (const governor of available.split(/\s+/).filter((word) => word !== "")) {
          governors.set({ cpu, governor }, governor === current ? 1 : 0);
        }
      }
    },
  };
}

function folderOf(cpu: string): string {
  return `devices/system/cpu/cpu${cpu}/cpufreq`;
}
