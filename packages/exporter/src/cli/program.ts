import { Command, Option } from "commander";
import { ExporterError } from "../exporter-error.ts";
import { version } from "../version.ts";
import { logFormats, logLevels } from "./log.ts";

/** What the command line says. */
export interface CommandLine {
  readonly listenAddress: string;
  readonly telemetryPath: string;
  readonly logLevel: string;
  readonly logFormat: string;
}

/** Reads the arguments. Throws commander's `CommanderError` for a wrong one, and after `--help` and `--version`. */
export function parseCommandLine(args: readonly string[]): CommandLine {
  const program = new Command("exporterkit")
    .description("Serves the metrics of this host to Prometheus.")
    .addOption(
      new Option("--web.listen-address <address>", "where to listen: host:port, :port or [v6]:port").default(":9999"),
    )
    .addOption(new Option("--web.telemetry-path <path>", "path of the metrics").default("/metrics"))
    .addOption(new Option("--log.level <level>", "least severe messages to log").choices(logLevels).default("info"))
    .addOption(new Option("--log.format <format>", "format of the log").choices(logFormats).default("logfmt"))
    .version(versionLine(), "--version", "print the version and exit")
    .helpOption("-h, --help", "print this help and exit")
    .addHelpText("after", "\nThe metrics are at http://127.0.0.1:9999/metrics unless the options say otherwise.")
    .allowExcessArguments()
    .showHelpAfterError("Run exporterkit --help to see what it takes.")
    .exitOverride()
    .parse(args, { from: "user" });
  const [excess] = program.args;
  if (excess !== undefined) {
    throw new ExporterError(
      "invalid_argument",
      `Argument ${JSON.stringify(excess)} is not understood: give options only.`,
    );
  }
  const options = program.opts<Record<string, string>>();
  return {
    listenAddress: options["web.listenAddress"]!,
    telemetryPath: options["web.telemetryPath"]!,
    logLevel: options["log.level"]!,
    logFormat: options["log.format"]!,
  };
}

function versionLine(): string {
  return `exporterkit ${version} (Node.js ${process.version}, ${process.platform}/${process.arch})`;
}
