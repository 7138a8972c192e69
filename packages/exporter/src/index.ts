export { ExporterError, type ExporterErrorCode } from "./exporter-error.ts";
export type { Logger } from "./logger.ts";
export { hostCollectors, type HostOptions } from "./modules/host/host.ts";
export { type Collector, defineCollector } from "./scrape/collector.ts";
export type { Declaration, Scrape } from "./scrape/scrape.ts";
export { type Exporter, type ExporterOptions, startExporter } from "./server/exporter.ts";
export { version } from "./version.ts";
