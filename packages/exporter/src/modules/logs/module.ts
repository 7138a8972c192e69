import { defineModule, type Module } from "../../module.ts";
import { logsDashboard } from "./dashboard.ts";
import { logsCollector, type LogsSeat } from "./logs-collector.ts";
import { logsSchema } from "./logs-config.ts";
import { replayLogs } from "./replay.ts";
import { logsRules } from "./rules.ts";
import { logsSummary } from "./summary.ts";

const seat: LogsSeat = {};

/** The logs module as a configuration file names it. */
export const logsModule: Module = defineModule({
  name: "logs",
  description:
    "Metrics from lines of logs: files, pipes, journald and syslog; regular expressions, grok, JSON and access logs.",
  schema: logsSchema,
  replay: replayLogs,
  dashboards: [logsDashboard],
  rules: [logsRules],
  summary: logsSummary,
  // A trial tells somebody what lines there are, but not Prometheus.
  collectors: (config, { logger, isTrial = false }) =>
    isTrial ? [logsCollector({ ...config, state_file: undefined }, logger)] : [logsCollector(config, logger, seat)],
});
