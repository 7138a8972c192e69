import type { PresetContext, PresetPart } from "../preset.ts";

const tables = {
  query_response_time: "query_response_time_seconds",
  query_response_time_read: "read_query_response_time_seconds",
  query_response_time_write: "write_query_response_time_seconds",
} as const;

/** How long queries took, where the server's plugin counts it. */
export const queryResponseTime: PresetPart = {
  name: "collect.info_schema.query_response_time",
  async collect(context) {
    const [isOn] = await context.rows("SHOW GLOBAL VARIABLES LIKE 'query_response_time_stats'");
    if (isOn?.["value"] !== "ON") return;
    const exists = "SELECT table_name AS name FROM information_schema.tables WHERE table_schema = 'information_schema'";
    const rows = await context.rows(`${exists} AND table_name LIKE 'QUERY_RESPONSE_TIME%'`);
    const there = new Set(rows.map(({ name }) => name!.toLowerCase()));
    for (const [table, suffix] of Object.entries(tables)) {
      if (there.has(table)) await addTable(context, table, suffix);
    }
  },
};

async function addTable({ rows, families }: PresetContext, table: string, suffix: string): Promise<void> {
  const found = await rows(`SELECT TIME, COUNT, TOTAL FROM INFORMATION_SCHEMA.${table.toUpperCase()}`);
  const bounds: number[] = [];
  const buckets: number[] = [];
  let count = 0;
  let sum = 0;
  for (const { time, count: inBucket, total } of found) {
    count += Number(inBucket);
    sum += Number(total) || 0;
    const bound = Number(time);
    // The last row has those that took too long, and says so in words.
    if (!(bound > 0)) continue;
    bounds.push(bound);
    buckets.push(count);
  }
  const help = `How long queries took, of ${table}.`;
  families.put({ name: `mysql_info_schema_${suffix}`, type: "histogram", help, bounds }, {}, { buckets, sum, count });
}
