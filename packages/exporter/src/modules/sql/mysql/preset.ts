import type { Preset } from "../preset.ts";

/** The metrics of mysqld_exporter that it has by default. */
export const mysqlPreset: Preset = {
  dialect: "mysql",
  up: { name: "mysql_up", help: "Whether the server answered." },
  success: { name: "mysql_exporter_collector_success", help: "Whether the collector succeeded." },
  duration: { name: "mysql_exporter_collector_duration_seconds", help: "How long the collector took." },
  parts: [],
};
