import type { Command as Program } from "commander";
import type { Command } from "./command.ts";
import { type DashboardFlags, writeDashboards } from "./dashboard.ts";
import { type RulesFlags, writeRules } from "./rules.ts";

/** Adds the subcommands that write what Prometheus and Grafana are set up with. `end` is told the exit code of each. */
export function addGenerators(program: Program, command: Command, end: (code: number) => void): void {
  const names = command.dashboards.map(({ name }) => name).join(", ");
  program
    .command("dashboard")
    .description("prints a dashboard for Grafana, as JSON")
    .option("--module <name>", `of what: ${names}`)
    .option("--folder <folder>", "write a file for each into this folder instead")
    .action(async (flags: DashboardFlags) => {
      end(await writeDashboards(command, flags));
    });
  program
    .command("rules")
    .description("prints recording and alerting rules for Prometheus")
    .option("--module <name>", `of what: ${command.rules.map(({ name }) => name).join(", ")} (default: all)`)
    .option("--tests", "print their tests for promtool instead")
    .option("--folder <folder>", "write files of rules and tests into this folder instead")
    .action(async (flags: RulesFlags) => {
      end(await writeRules(command, flags));
    });
}
