import { Registry } from "@exporterkit/client";
import { parse } from "@exporterkit/client/parse";
import { messageOf } from "../exporter-error.ts";
import { checkCollectors, type Collector } from "../scrape/collector.ts";
import { CollectorRunner } from "../scrape/collector-runner.ts";
import { MadeFamilies } from "../scrape/made-families.ts";
import { byPrecedence } from "../scrape/precedence.ts";
import { sharedAbort } from "../scrape/shared-abort.ts";
import { unlessAborted } from "../scrape/unless-aborted.ts";
import { printable } from "./table.ts";

/** How one collector fared. */
export interface Outcome {
  readonly collector: string;
  /** How long it took to collect. */
  readonly seconds: number;
  /** Metric, labels and value of each sample, as they are printed. */
  readonly samples: readonly string[][];
  /** Why there are none, or some are left out. */
  readonly failure?: string;
}

/**
 * Starts collectors, has each collect once and stops them, all at once and within `seconds`. `done` is told of each. Rejects
 * with an {@link ExporterError} if one of them is not well-formed.
 */
export async function collectEach(
  collectors: readonly Collector[],
  seconds: number,
  done: (collector: string) => void,
): Promise<Outcome[]> {
  checkCollectors(collectors);
  const deadline = sharedAbort();
  const dueAt = performance.now() + seconds * 1000;
  const late = new Error(`not done within ${seconds} s`);
  const timer = setTimeout(() => deadline.abort(late), seconds * 1000);
  const made = new MadeFamilies(new Registry(), []);
  const outcomes = await Promise.all(
    byPrecedence(collectors).map(async (collector) => {
      const attempt = await attemptOf(collector, deadline.signal, dueAt);
      done(collector.name);
      return attempt;
    }),
  );
  clearTimeout(timer);
  return await Promise.all(outcomes.map((attempt) => outcomeOf(attempt, made)));
}

interface Attempt {
  readonly collector: string;
  readonly seconds: number;
  readonly registry?: Registry;
  readonly failure?: string;
}

/** Starts a collector, collects and stops it, until the signal aborts at the latest. */
async function attemptOf(collector: Collector, signal: AbortSignal, dueAt: number): Promise<Attempt> {
  const { name } = collector;
  const start = performance.now();
  try {
    await unlessAborted([signal], startOf(collector));
    try {
      const { registry, seconds } = await new CollectorRunner(collector).collect(signal, undefined, dueAt);
      return { collector: name, registry, seconds };
    } finally {
      await unlessAborted([signal], stopOf(collector));
    }
  } catch (error) {
    return { collector: name, seconds: (performance.now() - start) / 1000, failure: messageOf(error) };
  }
}

async function startOf(collector: Collector): Promise<void> {
  await collector.start?.();
}

async function stopOf(collector: Collector): Promise<void> {
  await collector.stop?.();
}

/** What came of an attempt, beside what the collectors before have made. */
async function outcomeOf({ collector, seconds, registry, failure }: Attempt, made: MadeFamilies): Promise<Outcome> {
  if (registry === undefined) return { collector, seconds, samples: [], failure: failure! };
  const clashes = made.add(collector, registry);
  for (const { metric } of clashes) registry.removeSingleMetric(metric.name);
  try {
    const samples = samplesOf(await registry.metrics());
    if (clashes.length === 0) return { collector, seconds, samples };
    return { collector, seconds, samples, failure: clashes.map(({ error }) => messageOf(error)).join("; ") };
  } catch (error) {
    return { collector, seconds, samples: [], failure: messageOf(error) };
  }
}

/** Metric, labels and value of each sample, as they are printed. */
export function samplesOf(exposition: string): string[][] {
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
