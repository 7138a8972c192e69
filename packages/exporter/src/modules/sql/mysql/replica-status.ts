import type { PresetPart } from "../preset.ts";
import { metricPart, statusValue } from "./status-value.ts";

/** How this server follows others. */
export const replicaStatus: PresetPart = {
  name: "collect.slave_status",
  async collect({ server, rows, families }) {
    for (const row of await rows(statement(server.isMariaDb, server.release))) {
      const labels = {
        channel_name: row["channel_name"] ?? "",
        connection_name: row["connection_name"] ?? "",
        master_host: row["master_host"] ?? row["source_host"] ?? "",
        master_uuid: row["master_uuid"] ?? row["source_uuid"] ?? "",
      };
      for (const [column, text] of Object.entries(row)) {
        const value = statusValue(text);
        if (value === undefined) continue;
        const name = metricPart(column);
        const help = `What SHOW SLAVE STATUS has as ${name}.`;
        families.put({ name: `mysql_slave_status_${name}`, type: "unknown", help }, labels, value);
      }
    }
  },
};

function statement(isMariaDb: boolean, release: number): string {
  if (isMariaDb) return "SHOW ALL SLAVES STATUS";
  return release >= 804 ? "SHOW REPLICA STATUS" : "SHOW SLAVE STATUS";
}
