import { grafanaDashboard } from "../../dashboard/grafana-dashboard.ts";
import { defineModule, type Module } from "../../module.ts";
import { processDashboard } from "./dashboard.ts";
import { processCollector } from "./process-collector.ts";
import { processSummary } from "./summary.ts";
import { processSchema } from "./process-config.ts";
import { processRules } from "./rules.ts";

/** The process module as a configuration file names it. */
export const processModule: Module = defineModule({
  name: "process",
  description: "Groups of processes: namedprocess_* by the names, types and labels of process-exporter. Linux only.",
  schema: processSchema,
  summary: processSummary,
  collectors: ({ process_names: processNames, max_groups: maxGroups, ...rest }, { logger }) => {
    if (process.platform === "linux") return [processCollector({ ...rest, processNames, maxGroups, logger })];
    logger.warn({ platform: process.platform }, "the process module reads the procfs of Linux, and has nothing here");
    return [];
  },
  get dashboards() {
    return [grafanaDashboard(processDashboard)];
  },
  rules: [processRules],
});
