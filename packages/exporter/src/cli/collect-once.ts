import { setMaxListeners } from "node:events";
import { parse } from "@exporterkit/client/parse";
import { messageOf } from "../exporter-error.ts";
import type { Collector } from "../scrape/collector.ts";
import { NoData } from "../scrape/no-data.ts";
import { Scrape } from "../scrape/scrape.ts";
import { printable } from "./table.ts";

/** How one collector fared. */
export interface Outcome {
  readonly collector: string;
  /** How long it took to collect. */
  readonly seconds: number;
  /** Metric, labels and value of each sample, as they are printed. */
  readonly samples: readonly string[][];
  /** Why there are none. */
  readonly failure?: string;
}

/** Starts collectors, has each collect once and stops them, all at once and within `seconds`. `done` is told of each. */
export async function collectOnce(
  collectors: readonly Collector[],
  seconds: number,
  done: (collector: string) => void,
): Promise<Outcome[]> {
  const deadline = new AbortController();
  // Each collector has one, and more of its own.
  setMaxListeners(0, deadline.signal);
  const late = new Error(`not done within ${seconds} s`);
  const timer = setTimeout(() => deadline.abort(late), seconds * 1000);
  const outcomes = await Promise.all(
    collectors.map(async (collector) => {
      const outcome = await collectOne(collector, deadline.signal);
      done(collector.name);
      return outcome;
    }),
  );
  clearTimeout(timer);
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
    if (error instanceof NoData) return { collector: collector.name, seconds: took(), samples: [] };
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
