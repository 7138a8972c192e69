import type { Preset } from "../preset.ts";
import { globalStatus } from "./global-status.ts";
import { globalVariables } from "./global-variables.ts";
import { innodbCompression, innodbCompressionMemory } from "./innodb-compression.ts";
import { queryResponseTime } from "./query-response-time.ts";
import { replicaStatus } from "./replica-status.ts";

/** The metrics of mysqld_exporter that it has by default. */
export const mysqlPreset: Preset = {
  dialect: "mysql",
  up: { name: "mysql_up", help: "Whether the server answered." },
  success: { name: "mysql_exporter_collector_success", help: "Whether the collector succeeded." },
  duration: { name: "mysql_exporter_collector_duration_seconds", help: "How long the collector took." },
  parts: [globalStatus, globalVariables, replicaStatus, innodbCompression, innodbCompressionMemory, queryResponseTime],
};
