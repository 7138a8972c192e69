import type { PresetPart } from "../preset.ts";
import { statusValue } from "./status-value.ts";

type Columns = Readonly<Record<string, readonly [suffix: string, help: string, divisor?: number]>>;

const operations: Columns = {
  compress_ops: ["compress_ops_total", "Pages that were to be compressed."],
  compress_ops_ok: ["compress_ops_ok_total", "Pages that were compressed."],
  compress_time: ["compress_time_seconds_total", "Time that compressing took."],
  uncompress_ops: ["uncompress_ops_total", "Pages that were uncompressed."],
  uncompress_time: ["uncompress_time_seconds_total", "Time that uncompressing took."],
};

const memory: Columns = {
  pages_used: ["pages_used_total", "Blocks that are in use."],
  pages_free: ["pages_free_total", "Blocks that are free."],
  relocation_ops: ["relocation_ops_total", "Blocks that were moved."],
  relocation_time: ["relocation_time_seconds_total", "Time that moving blocks took.", 1000],
};

/** Compressed pages of InnoDB, by their size. */
export const innodbCompression: PresetPart = compressionPart("innodb_cmp", operations, { page_size: "page_size" });

/** The memory of compressed pages. */
export const innodbCompressionMemory: PresetPart = compressionPart("innodb_cmpmem", memory, {
  buffer_pool: "buffer_pool_instance",
  page_size: "page_size",
});

function compressionPart(table: string, columns: Columns, labels: Readonly<Record<string, string>>): PresetPart {
  return {
    name: `collect.info_schema.${table}`,
    async collect({ rows, families }) {
      const names = [...Object.values(labels), ...Object.keys(columns)];
      for (const row of await rows(`SELECT ${names.join(", ")} FROM information_schema.${table}`)) {
        const ofRow = Object.fromEntries(Object.entries(labels).map(([label, column]) => [label, row[column] ?? ""]));
        for (const [column, [suffix, help, divisor = 1]] of Object.entries(columns)) {
          const value = (statusValue(row[column]!) ?? 0) / divisor;
          families.put({ name: `mysql_info_schema_${table}_${suffix}`, type: "counter", help }, ofRow, value);
        }
      }
    },
  };
}
