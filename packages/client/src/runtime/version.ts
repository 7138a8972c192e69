import { Gauge } from "../metrics/gauge.ts";
import type { RuntimeMetrics, RuntimeMetricsOptions } from "./runtime-metrics.ts";

/** The version of Node.js, as the labels of a gauge that is always 1. */
export function versionMetrics({ prefix }: RuntimeMetricsOptions): RuntimeMetrics {
  const info = new Gauge({
    name: `${prefix}nodejs_version_info`,
    help: "Version of Node.js.",
    labelNames: ["version", "major", "minor", "patch"],
    aggregation: "first",
    registers: [],
  });
  const [major = "", minor = "", patch = ""] = process.versions.node.split(".");
  info.set({ version: process.version, major, minor, patch }, 1);
  return { metrics: [info] };
}
