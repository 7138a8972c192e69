import type { Families } from "../families.ts";
import type { PresetPart } from "../preset.ts";
import { metricPart, statusValue } from "./status-value.ts";

/** Statuses that are one metric with a label, by how their names begin. */
const groups = {
  com: ["commands_total", "command", "Statements that were executed, by their kind."],
  handler: ["handlers_total", "handler", "Requests to storage engines, by their kind."],
  connection_errors: ["connection_errors_total", "error", "Connections that failed, by the reason."],
  innodb_rows: ["innodb_row_ops_total", "operation", "Operations on rows in InnoDB, by their kind."],
  performance_schema: [
    "performance_schema_lost_total",
    "instrumentation",
    "What the performance schema had no memory for, by its kind.",
  ],
} as const;

const grouped =
  /^(?<group>com|handler|connection_errors|innodb_buffer_pool_pages|innodb_rows|performance_schema)_(?<rest>.*)$/;
const bufferPoolStates = new Set(["data", "free", "misc", "old"]);

/** What the server counts since it started. */
export const globalStatus: PresetPart = {
  name: "collect.global_status",
  async collect({ rows, families }) {
    const texts = new Map<string, string>();
    for (const { variable_name: variable, value } of await rows("SHOW GLOBAL STATUS")) {
      const name = metricPart(variable!);
      const number = statusValue(value!);
      texts.set(name, value ?? "");
      if (number !== undefined) addStatus(families, name, number);
    }
    addGalera(families, texts);
  },
};

function addStatus(families: Families, name: string, value: number): void {
  const { group, rest = "" } = grouped.exec(name)?.groups ?? {};
  if (group === undefined) {
    const help = `What SHOW GLOBAL STATUS has as ${name}.`;
    families.put({ name: `mysql_global_status_${name}`, type: "unknown", help }, {}, value);
  } else if (group === "innodb_buffer_pool_pages") {
    addBufferPool(families, rest, value);
  } else {
    const [metric, label, help] = groups[group as keyof typeof groups];
    families.put({ name: `mysql_global_status_${metric}`, type: "counter", help }, { [label]: rest }, value);
  }
}

function addBufferPool(families: Families, state: string, value: number): void {
  const name = "mysql_global_status_buffer_pool";
  if (state === "dirty") {
    families.put(
      { name: `${name}_dirty_pages`, type: "gauge", help: "Pages that InnoDB has yet to write." },
      {},
      value,
    );
  } else if (bufferPoolStates.has(state)) {
    families.put(
      { name: `${name}_pages`, type: "gauge", help: "Pages of InnoDB's buffer pool, by state." },
      { state },
      value,
    );
  } else if (state !== "total") {
    const help = "Changes of pages in InnoDB's buffer pool, by their kind.";
    families.put({ name: `${name}_page_changes_total`, type: "counter", help }, { operation: state }, value);
  }
}

function addGalera(families: Families, texts: ReadonlyMap<string, string>): void {
  if (!texts.get("wsrep_local_state_uuid")) return;
  const names = ["wsrep_local_state_uuid", "wsrep_cluster_state_uuid", "wsrep_provider_version"];
  const labels = Object.fromEntries(names.map((name) => [name, texts.get(name) ?? ""]));
  families.put(
    { name: "mysql_galera_status_info", type: "gauge", help: "The Galera cluster that this is part of." },
    labels,
    1,
  );
  if (texts.has("wsrep_evs_repl_latency")) addLatency(families, texts.get("wsrep_evs_repl_latency")!);
}

/** Latencies of replication within the cluster: minimum/average/maximum/deviation/number. */
function addLatency(families: Families, text: string): void {
  const parts = ["min_seconds", "avg_seconds", "max_seconds", "stdev", "sample_size"];
  for (const [i, value] of text.split("/").entries()) {
    const number = statusValue(value);
    if (number === undefined || parts[i] === undefined) continue;
    const help = "Latency of replication in the Galera cluster.";
    families.put({ name: `mysql_galera_evs_repl_latency_${parts[i]}`, type: "gauge", help }, {}, number);
  }
}
