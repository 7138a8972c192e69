import type { Scrape } from "../../scrape/scrape.ts";
import type { HostPaths } from "./host-paths.ts";
import { readText } from "./pseudo-file.ts";

/** Which flags and bugs of the CPUs are told. */
export interface CpuInfoFilters {
  readonly flags?: RegExp | undefined;
  readonly bugs?: RegExp | undefined;
}

/** What /proc/cpuinfo says of each CPU, as labels. */
export function tellCpuInfo(scrape: Scrape, paths: HostPaths, { flags, bugs }: CpuInfoFilters): void {
  const cpus = parseCpuInfo(readText(paths.procfs, "cpuinfo"));
  const info = scrape.gauge({
    name: "node_cpu_info",
    help: "CPU information from /proc/cpuinfo.",
    labelNames: [
      "package",
      "core",
      "cpu",
      "vendor",
      "family",
      "model",
      "model_name",
      "microcode",
      "stepping",
      "cachesize",
    ],
  });
  for (const fields of cpus) {
    const field = (name: string): string => fields.get(name) ?? "";
    info.set(
      {
        package: field("physical id"),
        core: field("core id"),
        cpu: field("processor"),
        vendor: field("vendor_id"),
        family: field("cpu family"),
        model: field("model"),
        model_name: field("model name"),
        microcode: field("microcode"),
        stepping: field("stepping"),
        cachesize: field("cache size"),
      },
      1,
    );
  }
  const [first] = cpus;
  // So ARM calls them.
  const capabilities = first?.get("flags") ?? first?.get("Features");
  const flagInfo = scrape.gauge({
    name: "node_cpu_flag_info",
    help: "What the first CPU is capable of, from /proc/cpuinfo.",
    labelNames: ["flag"],
  });
  for (const word of words(capabilities, flags)) flagInfo.set({ flag: word }, 1);
  const bugInfo = scrape.gauge({
    name: "node_cpu_bug_info",
    help: "What is wrong with the first CPU, from /proc/cpuinfo.",
    labelNames: ["bug"],
  });
  for (const word of words(first?.get("bugs"), bugs)) bugInfo.set({ bug: word }, 1);
}

function words(text: string | undefined, filter: RegExp | undefined): string[] {
  return filter === undefined ? [] : (text?.split(" ") ?? []).filter((word) => word !== "" && filter.test(word));
}

/** Reads blocks of `name : value`, one a CPU. */
function parseCpuInfo(text: string): Map<string, string>[] {
  const blocks = text
    .split(/\n\s*\n/)
    .map(
      (block) =>
        new Map(Array.from(block.matchAll(/^([^\t:\n]+?)\s*:[ \t]*(.*)$/gm), ([, name, value]) => [name!, value!])),
    );
  return blocks.filter((fields) => fields.has("processor"));
}
