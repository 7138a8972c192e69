import { grafanaDashboard } from "../../dashboard/grafana-dashboard.ts";
import { defineModule, type Module } from "../../module.ts";
import { hostDashboard } from "./dashboard.ts";
import { hostFlags } from "./flags.ts";
import { collectorsOf } from "./host.ts";
import { hostRules } from "./rules.ts";
import { hostSummary } from "./summary.ts";
import { type HostConfig, hostSchema } from "./host-schema.ts";

/** The host module as a configuration file names it. */
export const hostModule: Module<HostConfig> = defineModule({
  name: "host",
  description: "Metrics of this host: system_usage, and node_* by the names, types and labels of node_exporter.",
  schema: hostSchema,
  flags: hostFlags,
  summary: hostSummary,
  collectors: (config, { logger }) => collectorsOf(config, logger),
  get dashboards() {
    return [grafanaDashboard(hostDashboard)];
  },
  rules: [hostRules],
});
