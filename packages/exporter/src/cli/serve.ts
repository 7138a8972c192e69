import { readConfig } from "../config/read-config.ts";
import { ExporterError } from "../exporter-error.ts";
import { startExporter } from "../server/exporter.ts";
import { version } from "../version.ts";
import type { ExporterConfig } from "./exporter-config.ts";
import { type LogFormat, type LogLevel, makeLogger } from "./log.ts";
import { collectorsOf, commandSchema } from "./modules.ts";

/** What the command line says of serving. What it leaves out the configuration says. */
export interface ServeFlags {
  readonly configFiles: readonly string[];
  readonly listenAddress: string | undefined;
  readonly telemetryPath: string | undefined;
  readonly logLevel: LogLevel | undefined;
  readonly logFormat: LogFormat | undefined;
}

/** Serves until SIGINT or SIGTERM. Resolves to the exit code. */
export async function serve(flags: ServeFlags): Promise<number> {
  const { config, warnings, files } = await readConfig(flags.configFiles, commandSchema);
  const { web, log } = withFlags(config, flags);
  const logger = makeLogger(log.level, log.format);
  for (const warning of warnings) logger.warn({ warning }, "the configuration should be changed");
  const [address, ...others] = web.listen_addresses;
  if (others.length > 0) {
    throw new ExporterError("invalid_address", "web.listen_addresses has several addresses: give it one of them.");
  }
  const stopped = stopSignal();
  const exporter = await startExporter({
    collectors: collectorsOf(config, { logger }),
    listenAddress: address!,
    telemetryPath: web.telemetry_path,
    maxScrapes: web.max_scrapes,
    logger,
  });
  const from = files.length > 0 ? { config: files.join(" ") } : {};
  logger.info({ address: exporter.address, url: exporter.url, version, ...from }, "listening");
  logger.info({ signal: await stopped }, "stopping");
  await exporter.stop();
  return 0;
}

/** A configuration with what the command line says in place of what the files say. */
function withFlags(config: ExporterConfig, flags: ServeFlags): ExporterConfig {
  const { web, log } = config;
  return {
    ...config,
    web: {
      ...web,
      listen_addresses: flags.listenAddress === undefined ? web.listen_addresses : [flags.listenAddress],
      telemetry_path: flags.telemetryPath ?? web.telemetry_path,
    },
    log: { level: flags.logLevel ?? log.level, format: flags.logFormat ?? log.format },
  };
}

/** Resolves at the first SIGINT or SIGTERM. A second one ends the process at once, as it does without a handler. */
function stopSignal(): Promise<NodeJS.Signals> {
  const signals = ["SIGINT", "SIGTERM"] as const;
  return new Promise((resolve) => {
    const stop = (signal: NodeJS.Signals): void => {
      for (const name of signals) process.removeListener(name, stop);
      resolve(signal);
    };
    for (const name of signals) process.on(name, stop);
  });
}
