import { Command, Option } from "commander";
import { ExporterError } from "../exporter-error.ts";
import { version } from "../version.ts";
import { logFormats, logLevels } from "./log.ts";

/** What the command line says. */
export interface CommandLine {
  readonly listenAddresses: readonly string[];
  readonly systemdSocket: boolean;
  readonly webConfigFile: string | undefined;
  readonly telemetryPath: string;
  readonly logLevel: string;
  readonly logFormat: string;
}

/** Reads the arguments. Throws commander's `CommanderError` for a wrong one, and after `--help` and `--version`. */
export function parseCommandLine(args: readonly string[]): CommandLine {
  const program = new Command("exporterkit")
    .description("Serves the metrics of this host to Prometheus.")
    .addOption(
      new Option(
        "--web.listen-address <address>",
        "where to listen: host:port, :port, [v6]:port or unix:/path; repeatable",
      )
        .default([":9999"], ":9999")
        .argParser(collect()),
    )
    .addOption(new Option("--web.systemd-socket", "listen on the sockets of a systemd socket unit instead"))
    .addOption(new Option("--web.config.file <file>", "TLS, users and more, as exporter-toolkit reads it"))
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
  const { "web.listenAddress": listenAddresses, "web.systemdSocket": systemdSocket } = program.opts<{
    "web.listenAddress": string[];
    "web.systemdSocket"?: true;
  }>();
  const options = program.opts<Record<string, string>>();
  return {
    listenAddresses,
    systemdSocket: systemdSocket ?? false,
    webConfigFile: options["web.config.file"],
    telemetryPath: options["web.telemetryPath"]!,
    logLevel: options["log.level"]!,
    logFormat: options["log.format"]!,
  };
}

/** Gathers the values of an option that may be given several times. */
function collect(): (value: string) => string[] {
  const values: string[] = [];
  return (value) => {
    values.push(value);
    return values;
  };
}

function versionLine(): string {
  return `exporterkit ${version} (Node.js ${process.version}, ${process.platform}/${process.arch})`;
}
