import { Command as Program, Option } from "commander";
import { nearest } from "../config/nearest.ts";
import { ExporterError } from "../exporter-error.ts";
import { check } from "./check.ts";
import type { Command } from "./command.ts";
import { addGenerators } from "./generators.ts";
import { logFormats, logLevels } from "../make-logger.ts";
import { addModuleFlags, givenModuleFlags } from "./module-flags.ts";
import { addReplayCommands } from "./replay.ts";
import { printSchema } from "./schema.ts";
import { type ServeFlags, serve } from "./serve.ts";
import { tryOut } from "./try.ts";

/**
 * Does what the arguments ask for and resolves to the exit code. Rejects with commander's `CommanderError` for a wrong
 * argument, and after `--help` and `--version`.
 */
export async function runCommandLine(command: Command, args: readonly string[]): Promise<number> {
  let code: number | undefined;
  const program = new Program(command.name)
    .description(command.description)
    .option("--config.file <file>", "a YAML file or pattern of several; may be repeated", append)
    .option(
      "--web.listen-address <address>",
      `where to listen: host:port, :port, [v6]:port or unix:/path; may be repeated (default: ${command.listenAddress})`,
      append,
    )
    .option("--web.systemd-socket", "listen on the sockets of a systemd socket unit instead")
    .option("--web.config.file <file>", "TLS, users and more, as exporter-toolkit reads it")
    .option("--web.enable-lifecycle", "let a POST to /-/reload reload the configuration, as SIGHUP does")
    .option("--web.telemetry-path <path>", "path of the metrics (default: /metrics)")
    .option(
      "--web.disable-exporter-metrics",
      "leave out the metrics of the exporter's own process, runtime and scrapes",
    )
    .option(
      "--prometheus.url <url>",
      "a Prometheus that scrapes this exporter, to show its history and dashboards on the page at /",
    )
    .addOption(new Option("--log.level <level>", "least severe messages to log (default: info)").choices(logLevels))
    .addOption(new Option("--log.format <format>", "format of the log (default: logfmt)").choices(logFormats))
    .version(versionLine(command), "--version", "print the version and exit")
    .helpOption("-h, --help", "print this help and exit")
    .helpCommand(false)
    .addHelpText("after", "\nOptions win over the file.")
    .allowExcessArguments()
    .showHelpAfterError(`Run ${command.name} --help to see what it takes.`)
    .exitOverride()
    .action(async (_options, given: Program) => {
      refuseArguments(given);
      code = await serve(command, serveFlags(given, command));
    });
  addModuleFlags(program, command.modules);
  program
    .command("check")
    .description("says what is wrong in configuration files; exits 2 if anything is")
    .argument("<files...>", "files and patterns, each checked by itself")
    .option("--together", "check them as one configuration, as several --config.file are")
    .action(async (files: string[], { together = false }: { together?: boolean }) => {
      code = await check(command, files, together);
    });
  program
    .command("try")
    .description("collects once and prints the metrics as a table")
    .argument("[files...]", "configuration files; without one, what is collected by default")
    .option("--timeout <duration>", "how long it may take", "10s")
    .action(async (files: string[], { timeout }: { timeout: string }) => {
      code = await tryOut(command, files, timeout);
    });
  program
    .command("schema")
    .description("prints the JSON Schema of configuration files, for editors")
    .action(async () => {
      code = await printSchema(command);
    });
  addReplayCommands(program, command, (done) => (code = done));
  addGenerators(program, command, { served: () => serveFlags(program, command), end: (ended) => (code = ended) });
  await program.parseAsync(args, { from: "user" });
  return code!;
}

function append(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value];
}

function serveFlags(program: Program, { modules }: Command): ServeFlags {
  const options = program.opts<Readonly<Record<string, unknown>>>();
  return {
    configFiles: (options["config.file"] as string[] | undefined) ?? [],
    listenAddresses: options["web.listenAddress"] as string[] | undefined,
    systemdSocket: options["web.systemdSocket"] as true | undefined,
    webConfigFile: options["web.config.file"] as string | undefined,
    enableLifecycle: options["web.enableLifecycle"] as true | undefined,
    telemetryPath: options["web.telemetryPath"] as string | undefined,
    disableExporterMetrics: options["web.disableExporterMetrics"] as true | undefined,
    prometheusUrl: options["prometheus.url"] as string | undefined,
    logLevel: options["log.level"] as ServeFlags["logLevel"],
    logFormat: options["log.format"] as ServeFlags["logFormat"],
    modules: givenModuleFlags(program, modules),
  };
}

function refuseArguments(program: Program): void {
  const [excess] = program.args;
  if (excess === undefined) return;
  const subcommand = nearest(
    excess,
    program.commands.map((known) => known.name()),
  );
  const remedy = subcommand === undefined ? "give options only." : `did you mean "${program.name()} ${subcommand}"?`;
  throw new ExporterError("invalid_argument", `Argument ${JSON.stringify(excess)} is not understood: ${remedy}`);
}

function versionLine({ name, version }: Command): string {
  return `${name} ${version} (Node.js ${process.version}, ${process.platform}/${process.arch})`;
}
