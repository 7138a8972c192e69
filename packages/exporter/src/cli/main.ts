import { grafanaDashboard } from "../dashboard/grafana-dashboard.ts";
import { hostModule } from "../modules/host/module.ts";
import { kubernetesFlags } from "../modules/kubernetes/kubernetes-flags.ts";
import { version } from "../version.ts";
import type { CommandOptions } from "./command.ts";
import { runCommand } from "./run-command.ts";

/** The command `exporterkit`. */
export const exporterkit: CommandOptions = {
  name: "exporterkit",
  title: "ExporterKit",
  description: "Serves metrics to Prometheus: those of this host, or what a configuration file names.",
  version,
  modules: [
    hostModule,
    { name: "json", load: async () => (await import("../modules/json/module.ts")).jsonModule },
    {
      name: "kubernetes",
      flags: kubernetesFlags,
      load: async () => (await import("../modules/kubernetes/module.ts")).kubernetesModule,
    },
    { name: "logs", canReplay: true, load: async () => (await import("../modules/logs/module.ts")).logsModule },
    { name: "process", load: async () => (await import("../modules/process/module.ts")).processModule },
    { name: "sql", load: async () => (await import("../modules/sql/module.ts")).sqlModule },
  ],
  dashboards: async () => [grafanaDashboard((await import("../dashboard/web-dashboard.ts")).webDashboard)],
  rules: async () => [(await import("../rules/web-rules.ts")).webRules],
  defaultModules: [hostModule.name],
};

/** Runs it. Resolves to its exit code. */
export function main(args: readonly string[]): Promise<number> {
  return runCommand(exporterkit, args);
}
