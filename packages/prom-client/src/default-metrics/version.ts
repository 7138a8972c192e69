import { declareGauge, type DefaultMetricsSettings } from "./default-metrics-settings.ts";

const { version } = process;
const [major = 0, minor = 0, patch = 0] = version.slice(1).split(".").map(Number);

/** The version of Node.js, as the labels of a gauge that is always 1. */
export function versionInfo(settings: DefaultMetricsSettings): void {
  const gauge = declareGauge(settings, {
    name: "nodejs_version_info",
    help: "Node.js version info.",
    labelNames: ["version", "major", "minor", "patch"],
    aggregator: "first",
    // At each scrape, so that it is there again after the registry was reset.
    collect: () => gauge.set({ version, major, minor, patch, ...settings.labels }, 1),
  });
}
