import { ExporterError, exitCodeOf, messageOf, tell } from "../exporter-error.ts";
import type { Logger } from "../logger.ts";
import { makeLogger } from "../make-logger.ts";
import { version } from "../version.ts";
import { type Exporter, type ExporterOptions, startExporter } from "./exporter.ts";

/** How long collectors that are still being started are waited for when it is time to stop. */
const startingSeconds = 5;
/** How long what a collector has left open may keep the process from its end. */
const endingSeconds = 1;

/**
 * Runs an exporter as the whole of a program: until SIGINT or SIGTERM, which end the process, where SIGHUP reloads, and a
 * second SIGINT or SIGTERM ends it at once. It logs to standard error unless it is given a logger. Resolves to the exit code:
 * 0 after a stop, 1 where it cannot listen or a collector does not start or stop, 2 where an option is wrong; standard error
 * then says why in a sentence.
 *
 * ```ts
 * process.exitCode = await runExporter({ collectors: [rooms], listenAddress: ":9113" });
 * ```
 */
export async function runExporter(options: ExporterOptions): Promise<number> {
  const { logger = makeLogger() } = options;
  const stopped = stopSignal();
  const starting = startExporter({ ...options, logger });
  // The log has why it was not reloaded.
  const onHangUp = (): void => void starting.then((exporter) => exporter.reload()).catch(() => {});
  process.on("SIGHUP", onHangUp);
  try {
    const exporter = await Promise.race([starting, stopped.then(() => undefined)]);
    if (exporter !== undefined) announce(exporter, logger);
    logger.info({ signal: await stopped }, "stopping");
    return await stopExporter(starting, exporter === undefined ? startingSeconds : Infinity, logger);
  } catch (error) {
    if (!(error instanceof ExporterError)) throw error;
    tell(error);
    return exitCodeOf(error);
  } finally {
    process.removeListener("SIGHUP", onHangUp);
  }
}

function announce({ addresses, url }: Exporter, logger: Logger): void {
  const [address, ...others] = addresses;
  logger.info({ address, url, version }, "listening");
  for (const other of others) logger.info({ address: other }, "listening");
}

/** Stops an exporter, unless it takes `seconds` to start, and has the process end. Resolves to the exit code. */
async function stopExporter(starting: Promise<Exporter>, seconds: number, logger: Logger): Promise<number> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => {
    if (seconds < Infinity) timer = setTimeout(resolve, seconds * 1000);
  });
  const exporter = await Promise.race([starting, late]);
  clearTimeout(timer);
  try {
    await exporter?.stop();
    return 0;
  } catch (error) {
    logger.error({ error: messageOf(error) }, "stopped, but not all of it");
    return 1;
  } finally {
    setTimeout(() => process.exit(), endingSeconds * 1000).unref();
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
