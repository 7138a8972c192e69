import { freemem, totalmem } from "node:os";
import { readText } from "./pseudo-file.ts";

/** The fields of /proc/meminfo by name, in bytes but for the counts of huge pages. */
export function parseMeminfo(meminfo: string): Map<string, { value: number; unit: "bytes" | "pages" }> {
  const fields = new Map<string, { value: number; unit: "bytes" | "pages" }>();
  for (const line of meminfo.split("\n")) {
    if (!/^[^:]+: +\d+(?: kB)?$/.test(line)) continue;
    const colon = line.indexOf(":");
    const isBytes = line.endsWith(" kB");
    const value = Number(line.slice(colon + 1, isBytes ? -3 : undefined));
    fields.set(line.slice(0, colon), isBytes ? { value: value * 1024, unit: "bytes" } : { value, unit: "pages" });
  }
  return fields;
}

/** Memory of the host in bytes, and how much of it a new program could get without swapping. */
export function readMemory(procfs: string | undefined): { total: number; available: number } {
  if (procfs === undefined) return { total: totalmem(), available: freemem() };
  const fields = parseMeminfo(readText(procfs, "meminfo"));
  const field = (name: string): number | undefined => fields.get(name)?.value;
  const total = field("MemTotal");
  // Kernels before 3.14 do not tell what is available.
  const available =
    field("MemAvailable") ?? (field("MemFree") ?? NaN) + (field("Buffers") ?? NaN) + (field("Cached") ?? NaN);
  if (total === undefined || Number.isNaN(available)) throw new Error("meminfo lacks MemTotal or MemAvailable");
  return { total, available };
}

/** How full swap is, in percent; undefined where there is none. */
export function readSwap(procfs: string): number | undefined {
  const fields = parseMeminfo(readText(procfs, "meminfo"));
  const total = fields.get("SwapTotal")?.value;
  const free = fields.get("SwapFree")?.value;
  return total === undefined || free === undefined || total === 0 ? undefined : (100 * (total - free)) / total;
}
