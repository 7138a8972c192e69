import type { PresetPart } from "../preset.ts";
import { addView, type View, viewPart } from "./view-part.ts";

const total = (name: string, help: string): readonly ["counter", string, string] => ["counter", help, `${name}_total`];

const writer: Omit<View, "sql"> = {
  name: "bgwriter",
  prefix: "pg_stat_bgwriter",
  hasServer: true,
  columns: {
    checkpoints_timed: total("checkpoints_timed", "Checkpoints that were due."),
    checkpoints_req: total("checkpoints_req", "Checkpoints that were asked for."),
    checkpoint_write_time: total("checkpoint_write_time", "Milliseconds that checkpoints wrote files."),
    checkpoint_sync_time: total("checkpoint_sync_time", "Milliseconds that checkpoints had files brought to disk."),
    buffers_checkpoint: total("buffers_checkpoint", "Buffers that checkpoints wrote."),
    buffers_clean: total("buffers_clean", "Buffers that the background writer wrote."),
    maxwritten_clean: total(
      "maxwritten_clean",
      "Times that the background writer stopped since it had written enough.",
    ),
    buffers_backend: total("buffers_backend", "Buffers that connections wrote themselves."),
    buffers_backend_fsync: total(
      "buffers_backend_fsync",
      "Times that a connection had to bring a file to disk itself.",
    ),
    buffers_alloc: total("buffers_alloc", "Buffers that were allocated."),
    stats_reset: total("stats_reset", "When these counters began."),
  },
};

// From 17 on checkpoints have a view of their own.
const columnsOf17 = `SELECT c.num_timed AS checkpoints_timed, c.num_requested AS checkpoints_req,
  c.write_time AS checkpoint_write_time, c.sync_time AS checkpoint_sync_time, c.buffers_written AS buffers_checkpoint, w.*
  FROM pg_stat_bgwriter w CROSS JOIN pg_stat_checkpointer c`;

/** What the background writer and checkpoints have done, by the names of before 17 whatever the version. */
export const backgroundWriter: PresetPart = {
  name: "bgwriter",
  collect: (context) =>
    addView(context, {
      ...writer,
      sql: context.server.release >= 1700 ? columnsOf17 : "SELECT * FROM pg_stat_bgwriter",
    }),
};

/** What checkpoints have done, by the names of 17. */
export const checkpointer: PresetPart = viewPart({
  name: "stat_checkpointer",
  prefix: "pg_stat_checkpointer",
  suits: ({ release }) => release >= 1700,
  sql: "SELECT * FROM pg_stat_checkpointer",
  columns: {
    num_timed: total("num_timed", "Checkpoints that were due."),
    num_requested: total("num_requested", "Checkpoints that were asked for."),
    restartpoints_timed: total("restartpoints_timed", "Restart points that were due."),
    restartpoints_req: total("restartpoints_req", "Restart points that were asked for."),
    restartpoints_done: total("restartpoints_done", "Restart points that were made."),
    write_time: total("write_time", "Milliseconds that files were written."),
    sync_time: total("sync_time", "Milliseconds that files were brought to disk."),
    buffers_written: total("buffers_written", "Buffers that were written."),
    stats_reset: total("stats_reset", "When these counters began."),
  },
});

/** What becomes of finished segments of the log. */
export const archiver: PresetPart = viewPart({
  name: "stat_archiver",
  prefix: "pg_stat_archiver",
  hasServer: true,
  sql: "SELECT *, extract(epoch FROM now() - last_archived_time) AS last_archive_age FROM pg_stat_archiver",
  columns: {
    archived_count: ["counter", "Segments of the log that were archived."],
    failed_count: ["counter", "Attempts to archive a segment that failed."],
    last_archive_age: ["gauge", "Seconds since a segment was archived."],
  },
});

/** The log of what is written. */
export const wal: PresetPart = viewPart({
  name: "wal",
  prefix: "pg_wal",
  suits: ({ release }) => release >= 1000,
  sql: `SELECT count(*) AS segments, sum(size) AS size_bytes FROM pg_ls_waldir() WHERE name ~ '^[0-9A-F]{24}$'`,
  columns: {
    segments: ["gauge", "Segments of the log."],
    size_bytes: ["gauge", "The size of the segments."],
  },
});
