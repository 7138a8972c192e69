import { grafanaDashboard } from "../dashboard/grafana-dashboard.ts";
import { webDashboard } from "../dashboard/web-dashboard.ts";
import { hostModule } from "../modules/host/module.ts";
import { logsModule } from "../modules/logs/module.ts";
import { kubernetesModule } from "../modules/kubernetes/module.ts";
import { jsonModule } from "../modules/json/module.ts";
import { processModule } from "../modules/process/module.ts";
import { sqlModule } from "../modules/sql/module.ts";
import { webRules } from "../rules/web-rules.ts";
import { version } from "../version.ts";
import type { CommandOptions } from "./command.ts";
import { runCommand } from "./run-command.ts";

/** The command `exporterkit`. */
export const exporterkit: CommandOptions = {
  name: "exporterkit",
  title: "ExporterKit",
  description: "Serves metrics to Prometheus: those of this host, or what a configuration file names.",
  version,
  modules: [hostModule, jsonModule, kubernetesModule, logsModule, processModule, sqlModule],
  dashboards: [grafanaDashboard(webDashboard)],
  rules: [webRules],
  defaultModules: [hostModule.name],
};

/** Runs it. Resolves to its exit code. */
export function main(args: readonly string[]): Promise<number> {
  return runCommand(exporterkit, args);
}
