import { CommanderError } from "commander";
import { ExporterError } from "../exporter-error.ts";
import { hostCollectors } from "../modules/host/host.ts";
import { startExporter } from "../server/exporter.ts";
import { version } from "../version.ts";
import { makeLogger } from "./log.ts";
import { parseCommandLine } from "./program.ts";

/**
 * The command: serves this host until SIGINT or SIGTERM. Resolves to its exit code: 0 after a stop, 1 for a failure at
 * run time, 2 for a wrong argument.
 */
export async function main(args: readonly string[]): Promise<number> {
  // Whoever reads the help may stop reading: head, less.
  process.stdout.on("error", () => {});
  try {
    const { listenAddresses, systemdSocket, webConfigFile, telemetryPath, logLevel, logFormat } =
      parseCommandLine(args);
    const logger = makeLogger(logLevel, logFormat);
    const stopped = stopSignal();
    const exporter = await startExporter({
      collectors: hostCollectors(),
      listenAddress: listenAddresses,
      systemdSocket,
      webConfigFile,
      telemetryPath,
      logger,
    });
    const [address, ...others] = exporter.addresses;
    logger.info({ address, url: exporter.url, version }, "listening");
    for (const other of others) logger.info({ address: other }, "listening");
    logger.info({ signal: await stopped }, "stopping");
    await exporter.stop();
    return 0;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    if (!(error instanceof ExporterError)) throw error;
    process.stderr.write(`error: ${error.message}\n`);
    return error.code === "listen_failed" ? 1 : 2;
  }
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
