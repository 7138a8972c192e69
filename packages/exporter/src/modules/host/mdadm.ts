import { NoData } from "../../scrape/no-data.ts";
import type { Collector } from "../../scrape/collector.ts";
import type { HostPaths } from "./host-paths.ts";
import { LazyMetrics } from "./lazy-metrics.ts";
import { readTextIfAny } from "./pseudo-file.ts";

const states = ["active", "inactive", "recovering", "resync", "check"] as const;

/** An array of disks as /proc/mdstat tells of it. */
interface DiskArray {
  readonly device: string;
  /** What it is at; undefined for work that has no name among them, such as a reshape. */
  readonly state: (typeof states)[number] | undefined;
  readonly disks: { readonly active: number; readonly failed: number; readonly spare: number };
  readonly required: number;
  /** Blocks of 1024 bytes. */
  readonly blocks: number;
  readonly synced: number;
}

/** Software RAID: the disks of each array, and how far a rebuild has come. */
export function mdadmCollector({ procfs }: HostPaths): Collector {
  return {
    name: "mdadm",
    collect(scrape) {
      const text = readTextIfAny(procfs, "mdstat");
      if (text === undefined) throw new NoData("the kernel has no software RAID");
      const metrics = new LazyMetrics(scrape, ["device"]);
      const byState = new LazyMetrics(scrape, ["device", "state"]);
      for (const { device, state, disks, required, blocks, synced } of parseMdstat(text)) {
        metrics.gauge("node_md_disks_required", "Total number of disks of device.", { device }, required);
        metrics.gauge("node_md_blocks", "Total number of blocks on device.", { device }, blocks);
        metrics.gauge("node_md_blocks_synced", "Number of blocks synced on device.", { device }, synced);
        for (const [kind, count] of Object.entries(disks)) {
          byState.gauge(
            "node_md_disks",
            "Number of active/failed/spare disks of device.",
            { device, state: kind },
            count,
          );
        }
        for (const each of states) {
          const help = "Indicates the state of md-device.";
          byState.gauge("node_md_state", help, { device, state: each }, each === state ? 1 : 0);
        }
      }
    },
  };
}

/** Each array has a line of its own and lines below it that are indented. What is no array is left out. */
function parseMdstat(text: string): DiskArray[] {
  return text
    .split(/\n(?=\S)/)
    .map(parseArray)
    .filter((array) => array !== undefined);
}

function parseArray(section: string): DiskArray | undefined {
  const [head = "", ...below] = section.split("\n");
  const [, device, activity] = /^(md\S*) : (active|inactive)\b/.exec(head) ?? [];
  const status = /^\s+(\d+) blocks/.exec(below[0] ?? "");
  if (device === undefined || status === null) return undefined;
  const blocks = Number(status[1]);
  const listed = head.match(/\[\d+\]/g)?.length ?? 0;
  const marked = (mark: string): number => head.split(`(${mark})`).length - 1;
  // Arrays without redundancy do not say how many disks they need: all.
  const [, required, active] = (activity === "active" && /\[(\d+)\/(\d+)\]/.exec(below[0]!)) || [];
  const fallback = activity === "active" ? listed : 0;
  const work = below
    .map((line) => /\b(recovery|resync|check|reshape)\s*=\s*(.*)/.exec(line))
    .find((found) => found !== null);
  return {
    device,
    state: work ? working.get(work[1]!) : (activity as "active" | "inactive"),
    disks: { active: Number(active ?? fallback), failed: marked("F"), spare: marked("S") },
    required: Number(required ?? fallback),
    blocks,
    // Work that waits for other arrays has no numbers yet.
    synced: work ? Number(/\((\d+)\/\d+\)/.exec(work[2]!)?.[1] ?? 0) : blocks,
  };
}

const working = new Map<string, DiskArray["state"]>([
  ["recovery", "recovering"],
  ["resync", "resync"],
  ["check", "check"],
]);
