import { parse } from "@exporterkit/client/parse";
import { duration } from "../config/duration.ts";
import { readConfig } from "../config/read-config.ts";
import { ExporterError, messageOf } from "../exporter-error.ts";
import type { Collector } from "../scrape/collector.ts";
import { Scrape } from "../scrape/scrape.ts";
import { makeLogger } from "../make-logger.ts";
import type { Command } from "./command.ts";
import { Progress } from "./progress.ts";
import { formatTable, printable } from "./table.ts";

/** How one collector fared. */
interface Outcome {
  readonly collector: string;
  readonly seconds: number;
  /** Metric, labels and value of each sample. */
  readonly samples: readonly string[][];
  readonly failure?: string;
}

/**
 * Collects once, as a scrape does, and prints what came of it: the samples, and what each collector took. Resolves to the exit
 * code: 0, or 1 if no collector succeeded.
 */
export async function tryOut(command: Command, files: readonly string[], timeout: string): Promise<number> {
  const seconds = duration().safeParse(timeout);
  if (!seconds.success || seconds.data === 0) {
    const remedy = "write a duration such as 30s, 1m30s or 500ms.";
    throw new ExporterError("invalid_argument", `Timeout ${JSON.stringify(timeout)} is malformed: ${remedy}`);
  }
  const { config, warnings } = await readConfig(files, command.schema);
  for (const warning of warnings) process.stderr.write(`${warning}\n`);
  const collectors = command.collectorsOf(config, { logger: makeLogger("warn", config.log.format) });
  const outcomes = await collectAll(collectors, seconds.data);
  const samples = outcomes.flatMap((outcome) => outcome.samples);
  process.stdout.write(formatTable(["METRIC", "LABELS", "VALUE"], samples));
  const fared = outcomes.map(({ collector, seconds: took, failure, samples: { length } }) => [
    collector,
    formatSeconds(took),
    failure === undefined ? `ok, ${length} sample${length === 1 ? "" : "s"}` : `failed: ${printable(failure)}`,
  ]);
  await print(`\n${formatTable(["COLLECTOR", "TOOK", "RESULT"], fared)}`);
  // A collector that does not stop must not keep the command from its end.
  setTimeout(() => process.exit(), 500).unref();
  return outcomes.length > 0 && outcomes.every(({ failure }) => failure !== undefined) ? 1 : 0;
}

/** Resolves when it has been taken, or nobody reads any more. */
function print(text: string): Promise<void> {
  return new Promise((resolve) => {
    process.stdout.write(text, () => resolve());
  });
}

async function collectAll(collectors: readonly Collector[], seconds: number): Promise<Outcome[]> {
  const progress = new Progress(
    process.stderr,
    collectors.map(({ name }) => name),
  );
  const deadline = new AbortController();
  const late = new Error(`not done within ${seconds} s`);
  const timer = setTimeout(() => deadline.abort(late), seconds * 1000);
  const outcomes = await Promise.all(
    collectors.map(async (collector) => {
      const outcome = await collectOne(collector, deadline.signal);
      progress.done(collector.name);
      return outcome;
    }),
  );
  clearTimeout(timer);
  progress.end();
  return outcomes;
}

/** Starts a collector, collects and stops it, until the signal aborts at the latest. */
async function collectOne(collector: Collector, signal: AbortSignal): Promise<Outcome> {
  let start = performance.now();
  const took = (): number => (performance.now() - start) / 1000;
  const scrape = new Scrape(signal);
  const aborted = new Promise<never>((_resolve, reject) => {
    signal.addEventListener("abort", () => reject(signal.reason as Error), { once: true });
  });
  const collected = async (): Promise<void> => {
    await collector.start?.();
    start = performance.now();
    await collector.collect(scrape);
  };
  try {
    await Promise.race([collected(), aborted]);
    const seconds = took();
    const samples = samplesOf(await scrape.registry.metrics());
    await Promise.race([collector.stop?.(), aborted]);
    return { collector: collector.name, seconds, samples };
  } catch (error) {
    return { collector: collector.name, seconds: took(), samples: [], failure: messageOf(error) };
  }
}

function samplesOf(exposition: string): string[][] {
  return parse(exposition).flatMap(({ samples }) =>
    samples.map(({ name, labels, value }) => {
      const pairs = Object.entries(labels).map(([label, text]) => `${label}=${JSON.stringify(text)}`);
      return [name, printable(pairs.join(" ")), formatValue(value)];
    }),
  );
}

function formatValue(value: number): string {
  if (Number.isFinite(value)) return String(value);
  if (Number.isNaN(value)) return "NaN";
  return value > 0 ? "+Inf" : "-Inf";
}

function formatSeconds(seconds: number): string {
  return seconds < 1 ? `${(seconds * 1000).toFixed(1)} ms` : `${seconds.toFixed(2)} s`;
}
