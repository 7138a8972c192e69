import { collectDefaultMetrics, Info, Registry } from "@exporterkit/client";
import { version } from "../version.ts";

/** The metrics of an exporter's version and, if wanted, of its own process and runtime, and what ends their collection. */
export function selfMetrics(ofProcess: boolean): { registry: Registry; stop: () => void } {
  const registry = new Registry();
  const defaultMetrics = ofProcess ? collectDefaultMetrics({ register: registry }) : undefined;
  const info = new Info({
    name: "exporterkit_build_info",
    help: "Version of ExporterKit and of Node.js.",
    labelNames: ["version", "node_version"],
    registers: [registry],
  });
  info.set({ version, node_version: process.version });
  return { registry, stop: () => defaultMetrics?.stop() };
}
