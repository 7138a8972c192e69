import type { Preset } from "../preset.ts";
import { locks, statActivity } from "./activity.ts";
import { archiver, backgroundWriter, checkpointer, wal } from "./background-writer.ts";
import { database, roles, statDatabase, statDatabaseConflicts } from "./databases.ts";
import { replication, replicationSlot, replicationSlots, statReplication } from "./replication.ts";
import { settings, version } from "./settings.ts";
import { statIoUserTables, statUserTables } from "./tables.ts";

/** The metrics of postgres_exporter that it has by default, those of 0.11 and those that came later. */
export const postgresPreset: Preset = {
  dialect: "postgres",
  up: { name: "pg_up", help: "Whether the server answered." },
  success: { name: "pg_scrape_collector_success", help: "Whether the collector succeeded." },
  duration: { name: "pg_scrape_collector_duration_seconds", help: "How long the collector took." },
  parts: [
    version,
    settings,
    database,
    statDatabase,
    statDatabaseConflicts,
    roles,
    statActivity,
    locks,
    backgroundWriter,
    checkpointer,
    archiver,
    wal,
    statReplication,
    replicationSlots,
    replicationSlot,
    replication,
    statUserTables,
    statIoUserTables,
  ],
};
