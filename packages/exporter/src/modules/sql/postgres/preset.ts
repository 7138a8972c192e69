import type { Preset } from "../preset.ts";

/** The metrics of postgres_exporter that it has by default. */
export const postgresPreset: Preset = {
  dialect: "postgres",
  up: { name: "pg_up", help: "Whether the server answered." },
  success: { name: "pg_scrape_collector_success", help: "Whether the collector succeeded." },
  duration: { name: "pg_scrape_collector_duration_seconds", help: "How long the collector took." },
  parts: [],
};
