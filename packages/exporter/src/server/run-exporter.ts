import { ExporterError, exitCodeOf, tell } from "../exporter-error.ts";
import { makeLogger } from "../make-logger.ts";
import { version } from "../version.ts";
import { type Exporter, type ExporterOptions, startExporter } from "./exporter.ts";

/**
 * Runs an exporter as the whole of a program: until SIGINT or SIGTERM, where SIGHUP reloads, and a second SIGINT or SIGTERM ends
 * the process at once. It logs to standard error unless it is given a logger. Resolves to the exit code: 0 after a stop, 1
 * where it cannot listen, 2 where an option is wrong, which standard error then says in a sentence.
 *
 * ```ts
 * process.exitCode = await runExporter({ collectors: [rooms], listenAddress: ":9113" });
 * ```
 */
export async function runExporter(options: ExporterOptions): Promise<number> {
  const { logger = makeLogger() } = options;
  const stopped = stopSignal();
  let exporter: Exporter | undefined;
  // The log has why it was not reloaded.
  const onHangUp = (): void => void exporter?.reload().catch(() => {});
  process.on("SIGHUP", onHangUp);
  try {
    exporter = await startExporter({ ...options, logger });
    const [address, ...others] = exporter.addresses;
    logger.info({ address, url: exporter.url, version }, "listening");
    for (const other of others) logger.info({ address: other }, "listening");
    logger.info({ signal: await stopped }, "stopping");
    await exporter.stop();
    return 0;
  } catch (error) {
    if (!(error instanceof ExporterError)) throw error;
    tell(error);
    return exitCodeOf(error);
  } finally {
    process.removeListener("SIGHUP", onHangUp);
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
