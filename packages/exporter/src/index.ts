export type { CommandOptions } from "./cli/command.ts";
export { runCommand } from "./cli/run-command.ts";
export type {
  DashboardPanel,
  DashboardPlan,
  DashboardQuery,
  DashboardRow,
  DashboardUnit,
  DashboardVariable,
} from "./dashboard/dashboard-plan.ts";
export { grafanaDashboard } from "./dashboard/grafana-dashboard.ts";
export { ExporterError, type ExporterErrorCode } from "./exporter-error.ts";
export type { Logger } from "./logger.ts";
export { type LogFormat, type LogLevel, makeLogger } from "./make-logger.ts";
export {
  type Dashboard,
  defineModule,
  type FlagValue,
  type GivenFlags,
  type LazyModule,
  type Module,
  type ModuleContext,
  type ModuleFlag,
  type ModuleFlags,
} from "./module.ts";
export type { GuardedFetch, GuardedRequest } from "./probe/guarded-fetch.ts";
export type { LivePageOptions } from "./page/server/live-page.ts";
export type { PrometheusOptions } from "./page/server/prometheus-client.ts";
export type { LabelValues, SummaryLine, SummaryPlot, SummarySeries, SummaryUnit } from "./page/summary.ts";
export { defineProbe, type Probe, type ProbeContext, type ProbeOptions, type TargetNames } from "./probe/probe.ts";
export type { GuardedConnection, TargetRules } from "./probe/target-guard.ts";
export type {
  AlertingRule,
  AlertTest,
  RecordingRule,
  RuleGroup,
  RuleSet,
  RuleTest,
  ValueTest,
} from "./rules/rule-set.ts";
export { type Collector, defineCollector } from "./scrape/collector.ts";
export { NoData } from "./scrape/no-data.ts";
export type { Declaration, Scrape } from "./scrape/scrape.ts";
export { type Exporter, type ExporterOptions, startExporter } from "./server/exporter.ts";
export type { Reloaded } from "./server/reload.ts";
export { runExporter } from "./server/run-exporter.ts";
export { version } from "./version.ts";
