import type { Collector } from "../scrape/collector.ts";
import { makeLogger } from "../make-logger.ts";
import { collectEach } from "./collect-each.ts";
import type { Command } from "./command.ts";
import { Progress, type Terminal } from "./progress.ts";
import { formatTable, printable } from "./table.ts";
import { timeoutSeconds } from "./timeout-seconds.ts";

/**
 * Collects once, as a scrape does, and prints what came of it: the samples, and what each collector took. Resolves to the exit
 * code: 0, or 1 if no collector succeeded.
 */
export async function tryOut(command: Command, files: readonly string[], timeout: string): Promise<number> {
  const seconds = timeoutSeconds(timeout);
  const { config, warnings } = await command.read(files);
  for (const warning of warnings) process.stderr.write(`${warning}\n`);
  const collectors = await command.collectorsOf(config, {
    logger: makeLogger("warn", config.log.format),
    isTrial: true,
  });
  const { code, text } = await tryCollectors(collectors, seconds, process.stderr);
  await print(text);
  // A collector that does not stop must not keep the command from its end.
  setTimeout(() => process.exit(), 500).unref();
  return code;
}

/** What is printed of a try, and the exit code. */
export async function tryCollectors(
  collectors: readonly Collector[],
  seconds: number,
  terminal: Terminal,
): Promise<{ code: number; text: string }> {
  const names = collectors.map(({ name }) => name);
  const progress = new Progress(terminal, names);
  const outcomes = await collectEach(collectors, seconds, (name) => progress.done(name)).finally(() => progress.end());
  const samples = outcomes.flatMap((outcome) => outcome.samples);
  const fared = outcomes.map(({ collector, seconds: took, failure, samples: { length } }) => [
    collector,
    formatSeconds(took),
    result(length, failure),
  ]);
  const tables = [
    formatTable(["METRIC", "LABELS", "VALUE"], samples),
    formatTable(["COLLECTOR", "TOOK", "RESULT"], fared),
  ];
  const hasFailed = outcomes.length > 0 && outcomes.every(({ failure }) => failure !== undefined);
  return { code: hasFailed ? 1 : 0, text: tables.join("\n") };
}

function result(count: number, failure: string | undefined): string {
  const samples = `${count} sample${count === 1 ? "" : "s"}`;
  if (failure === undefined) return `ok, ${samples}`;
  return `${count === 0 ? "" : `${samples}, `}failed: ${printable(failure)}`;
}

/** Resolves when it has been taken, or nobody reads any more. */
export function print(text: string): Promise<void> {
  return new Promise((resolve) => {
    process.stdout.write(text, () => resolve());
  });
}

function formatSeconds(seconds: number): string {
  return seconds < 1 ? `${(seconds * 1000).toFixed(1)} ms` : `${seconds.toFixed(2)} s`;
}
