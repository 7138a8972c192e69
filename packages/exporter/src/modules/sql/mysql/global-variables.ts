import type { PresetPart } from "../preset.ts";
import { metricPart, statusValue } from "./status-value.ts";

const units: Readonly<Record<string, number>> = { K: 2 ** 10, M: 2 ** 20, G: 2 ** 30 };

/** How the server is set up. */
export const globalVariables: PresetPart = {
  name: "collect.global_variables",
  async collect({ rows, families }) {
    const texts = new Map<string, string>();
    for (const { variable_name: variable, value } of await rows("SHOW GLOBAL VARIABLES")) {
      const name = metricPart(variable!);
      const number = statusValue(value!);
      texts.set(name, value ?? "");
      if (number !== undefined) {
        const help = `What SHOW GLOBAL VARIABLES has as ${name}.`;
        families.put({ name: `mysql_global_variables_${name}`, type: "gauge", help }, {}, number);
      }
    }
    const labelled = (name: string, help: string, labels: Readonly<Record<string, string>>): void =>
      families.put({ name, type: "gauge", help }, labels, 1);
    const versions = ["innodb_version", "version", "version_comment"].map((name) => [name, texts.get(name) ?? ""]);
    labelled("mysql_version_info", "The version of the server.", Object.fromEntries(versions));
    const cluster = texts.get("wsrep_cluster_name");
    if (cluster) labelled("mysql_galera_variables_info", "The Galera cluster.", { wsrep_cluster_name: cluster });
    const level = texts.get("transaction_isolation") ?? texts.get("tx_isolation");
    if (level) labelled("mysql_transaction_isolation", "The isolation of transactions.", { level });
    const cache = /gcache\.size\s*=\s*(\d+)([KMG]?);/.exec(texts.get("wsrep_provider_options") ?? "");
    if (cache !== null) {
      const help = "The size of Galera's cache of write sets.";
      const bytes = Number(cache[1]) * (units[cache[2]!] ?? 1);
      families.put({ name: "mysql_galera_gcache_size_bytes", type: "gauge", help }, {}, bytes);
    }
  },
};
