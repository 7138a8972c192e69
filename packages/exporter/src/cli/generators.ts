import { type Command as Program, Option } from "commander";
import { scrapeKinds } from "../scrape-jobs/scrape-jobs.ts";
import type { Command } from "./command.ts";
import { type DashboardFlags, writeDashboards } from "./dashboard.ts";
import { type RulesFlags, writeRules } from "./rules.ts";
import { printScrapeConfig, type ScrapeConfigFlags } from "./scrape-config.ts";
import type { ServeFlags } from "./serve.ts";

/** What the subcommands have of the rest of the command line. */
interface Surroundings {
  /** How the exporter is served by the flags that are given. */
  readonly served: () => ServeFlags;
  /** Is told the exit code. */
  readonly end: (code: number) => void;
}

/** Adds the subcommands that write what Prometheus and Grafana are set up with. */
export function addGenerators(program: Program, command: Command, { served, end }: Surroundings): void {
  const ofDashboard = new Option("--module <name>", "of what");
  const ofRules = new Option("--module <name>", "of what (default: all)");
  // To know what there is, the modules have to be loaded, which those who do not ask need not wait for.
  program.hook("preSubcommand", async (_program, subcommand) => {
    if (subcommand.name() === "dashboard") ofDashboard.description = `of what: ${namesOf(await command.dashboards())}`;
    if (subcommand.name() === "rules")
      ofRules.description = `of what: ${namesOf(await command.rules())} (default: all)`;
  });
  program
    .command("dashboard")
    .description("prints a dashboard for Grafana, as JSON")
    .addOption(ofDashboard)
    .option("--folder <folder>", "write a file for each into this folder instead")
    .option("--from <url>", "make one of what this URL exposes")
    .option("--title <title>", "what that is called (default: by its host)")
    .option("--prefix <name>", "only metrics whose names begin so; may be repeated", append)
    .option("--timeout <duration>", "how long it may take to answer", "10s")
    .option("--user <name>", "for basic authentication, with --password-file or EXPORTERKIT_PASSWORD")
    .option("--password-file <file>", "holds the password")
    .option("--bearer-token-file <file>", "holds a token; or EXPORTERKIT_BEARER_TOKEN")
    .action(async (flags: DashboardFlags) => {
      end(await writeDashboards(command, flags));
    });
  program
    .command("rules")
    .description("prints recording and alerting rules for Prometheus")
    .addOption(ofRules)
    .option("--tests", "print their tests for promtool instead")
    .option("--folder <folder>", "write files of rules and tests into this folder instead")
    .action(async (flags: RulesFlags) => {
      end(await writeRules(command, flags));
    });
  program
    .command("scrape-config")
    .description(
      "prints the jobs of Prometheus that scrape the exporter, as --config.file and the other options have it",
    )
    .addOption(new Option("--kind <kind>", "how Prometheus finds it").choices(scrapeKinds).default("static"))
    .option("--address <host:port>", "where Prometheus reaches it (default: where it listens, on the same machine)")
    .option("--rule-files <pattern>", "make it a whole prometheus.yml with these rules; may be repeated", append)
    .action(async (flags: ScrapeConfigFlags) => {
      end(await printScrapeConfig(command, served(), flags));
    });
}

function namesOf(named: readonly { readonly name: string }[]): string {
  return named.map(({ name }) => name).join(", ");
}

function append(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value];
}
