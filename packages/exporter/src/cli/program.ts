import { Command, Option } from "commander";
import { nearest } from "../config/nearest.ts";
import { ExporterError } from "../exporter-error.ts";
import { version } from "../version.ts";
import { check } from "./check.ts";
import { logFormats, logLevels } from "../make-logger.ts";
import { printSchema } from "./schema.ts";
import { type ServeFlags, serve } from "./serve.ts";
import { tryOut } from "./try.ts";

/**
 * Does what the arguments ask for and resolves to the exit code. Rejects with commander's `CommanderError` for a wrong
 * argument, and after `--help` and `--version`.
 */
export async function runCommandLine(args: readonly string[]): Promise<number> {
  let code: number | undefined;
  const program = new Command("exporterkit")
    .description("Serves metrics to Prometheus: those of this host, or what a configuration file names.")
    .option("--config.file <file>", "a YAML file or pattern of several; may be repeated", append)
    .option(
      "--web.listen-address <address>",
      "where to listen: host:port, :port, [v6]:port or unix:/path; may be repeated (default: :9999)",
      append,
    )
    .option("--web.systemd-socket", "listen on the sockets of a systemd socket unit instead")
    .option("--web.config.file <file>", "TLS, users and more, as exporter-toolkit reads it")
    .option("--web.enable-lifecycle", "let a POST to /-/reload reload the configuration, as SIGHUP does")
    .option("--web.telemetry-path <path>", "path of the metrics (default: /metrics)")
    .addOption(new Option("--log.level <level>", "least severe messages to log (default: info)").choices(logLevels))
    .addOption(new Option("--log.format <format>", "format of the log (default: logfmt)").choices(logFormats))
    .version(versionLine(), "--version", "print the version and exit")
    .helpOption("-h, --help", "print this help and exit")
    .helpCommand(false)
    .addHelpText(
      "after",
      "\nThe metrics are at http://127.0.0.1:9999/metrics unless the options say otherwise. Options win over the file.",
    )
    .allowExcessArguments()
    .showHelpAfterError("Run exporterkit --help to see what it takes.")
    .exitOverride()
    .action(async (_options, command: Command) => {
      refuseArguments(command);
      code = await serve(serveFlags(command.opts()));
    });
  program
    .command("check")
    .description("says what is wrong in configuration files; exits 2 if anything is")
    .argument("<files...>", "files and patterns, each checked by itself")
    .option("--together", "check them as one configuration, as several --config.file are")
    .action(async (files: string[], { together = false }: { together?: boolean }) => {
      code = await check(files, together);
    });
  program
    .command("try")
    .description("collects once and prints the metrics as a table")
    .argument("[files...]", "configuration files; without one, the metrics of this host")
    .option("--timeout <duration>", "how long it may take", "10s")
    .action(async (files: string[], { timeout }: { timeout: string }) => {
      code = await tryOut(files, timeout);
    });
  program
    .command("schema")
    .description("prints the JSON Schema of configuration files, for editors")
    .action(() => {
      code = printSchema();
    });
  await program.parseAsync(args, { from: "user" });
  return code!;
}

function append(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value];
}

function serveFlags(options: Readonly<Record<string, unknown>>): ServeFlags {
  return {
    configFiles: (options["config.file"] as string[] | undefined) ?? [],
    listenAddresses: options["web.listenAddress"] as string[] | undefined,
    systemdSocket: options["web.systemdSocket"] as true | undefined,
    webConfigFile: options["web.config.file"] as string | undefined,
    enableLifecycle: options["web.enableLifecycle"] as true | undefined,
    telemetryPath: options["web.telemetryPath"] as string | undefined,
    logLevel: options["log.level"] as ServeFlags["logLevel"],
    logFormat: options["log.format"] as ServeFlags["logFormat"],
  };
}

function refuseArguments(program: Command): void {
  const [excess] = program.args;
  if (excess === undefined) return;
  const command = nearest(
    excess,
    program.commands.map((known) => known.name()),
  );
  const remedy = command === undefined ? "give options only." : `did you mean "exporterkit ${command}"?`;
  throw new ExporterError("invalid_argument", `Argument ${JSON.stringify(excess)} is not understood: ${remedy}`);
}

function versionLine(): string {
  return `exporterkit ${version} (Node.js ${process.version}, ${process.platform}/${process.arch})`;
}
