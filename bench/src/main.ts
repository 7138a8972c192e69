// Runs the benchmarks whose group or work contains an argument, or all, which then also writes RESULTS.md; prints a table as it
// goes: medians, and ratios from this run. `--quick` takes fewer rounds.
import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { compare, type Effort, type Entry, type Measurement, median } from "./compare.ts";
import { findContenders } from "./contenders.ts";
import { type Figure, figuresOf, formatted, formattedRatio } from "./figure.ts";
import { goals } from "./reach.ts";
import { resultsMarkdown } from "./results.ts";
import { blockComparisons } from "./suites/blocks.ts";
import { clusterComparisons } from "./suites/cluster.ts";
import type { Comparison } from "./suites/comparison.ts";
import { countingComparisons } from "./suites/counting.ts";
import { dropInComparisons } from "./suites/drop-in.ts";
import { expositionComparisons } from "./suites/expositions.ts";
import { growthComparisons } from "./suites/growth.ts";
import { hostComparisons } from "./suites/host.ts";
import { httpComparisons } from "./suites/http.ts";
import { logComparisons } from "./suites/logs.ts";
import { kubernetesComparisons } from "./suites/kubernetes.ts";
import { memoryComparisons } from "./suites/memory.ts";
import { processComparisons } from "./suites/processes.ts";
import { webComparisons } from "./suites/web.ts";
import type { Answer } from "./work.ts";

const thorough: Effort = { rounds: 15, leastRounds: 5, seconds: 20, runMilliseconds: 20, warmUpMilliseconds: 400 };
const quick: Effort = { rounds: 3, leastRounds: 3, seconds: 0, runMilliseconds: 2, warmUpMilliseconds: 50 };
const suites = [
  countingComparisons,
  expositionComparisons,
  httpComparisons,
  webComparisons,
  hostComparisons,
  processComparisons,
  logComparisons,
  kubernetesComparisons,
  dropInComparisons,
  blockComparisons,
  memoryComparisons,
  clusterComparisons,
  growthComparisons,
];

const wanted = process.argv.slice(2).filter((argument) => argument !== "--quick");
const isQuick = process.argv.includes("--quick");
const field = findContenders();
const figures: Figure[] = [];
const failures: string[] = [];

for (const reason of field.missing) console.log(`without ${reason}`);
console.log(row("work", "who", "median", "ratio", "made"));
for (const comparison of suites.flatMap((suite) => suite(field.contenders)).filter(isWanted)) {
  const found = figuresOf(comparison, await measure(comparison));
  figures.push(...found);
  for (const figure of found) {
    const { work, column, ratio, bytes } = figure;
    const made = bytes === undefined ? "" : `${(bytes / 1e6).toFixed(2)} MB`;
    console.log(row(work, column, formatted(figure), formattedRatio(ratio), made));
  }
}
field.dispose();

if (wanted.length === 0) {
  for (const { work, target, measured, met } of goals(figures)) console.log(`${met}: ${work}: ${measured} (${target})`);
  if (!isQuick) {
    writeFileSync(fileURLToPath(new URL("../RESULTS.md", import.meta.url)), resultsMarkdown(figures, field, failures));
  }
}

async function measure(comparison: Comparison): Promise<Measurement[]> {
  if (comparison.once) return await measureOnce(comparison);
  const effort = isQuick ? quick : { ...thorough, ...comparison.effort };
  const { entries, processes = 1 } = comparison;
  const sets: Measurement[][] = [];
  for (let i = 0; i < (isQuick ? 1 : processes); i++) {
    sets.push(await compare(entries, effort, fail));
  }
  return sets[0]!.map((one) => {
    const same = sets.flat().filter(({ work, column }) => work === one.work && column === one.column);
    const nanoseconds = median(same.map((other) => other.nanoseconds));
    return { ...one, nanoseconds, ratio: median(same.map(({ ratio }) => ratio)) };
  });
}

/** Medians of three fresh processes. */
async function measureOnce({ entries }: Comparison): Promise<Measurement[]> {
  const measurements: Measurement[] = [];
  for (const entry of entries) {
    try {
      const answers: Answer[] = [];
      for (let i = 0; i < (isQuick ? 1 : 3); i++) {
        const process = await entry.start();
        answers.push(await process.ask(1).finally(() => process.stop()));
      }
      const medians = Object.keys(answers[0]!).map((name) => [name, median(answers.map((one) => Number(one[name])))]);
      const { work, column } = entry;
      measurements.push({ work, column, nanoseconds: NaN, ratio: NaN, figures: Object.fromEntries(medians) });
    } catch (error) {
      fail(entry, error);
    }
  }
  return measurements;
}

function fail({ work, column }: Entry, error: unknown): void {
  const reason = `${column}, ${work}: ${error instanceof Error ? error.message : String(error)}`;
  failures.push(reason);
  console.log(`failed: ${reason}`);
}

function isWanted({ group, entries }: Comparison): boolean {
  if (wanted.length === 0) return true;
  const names = [group, ...entries.map(({ work }) => work)].map((name) => name.toLowerCase());
  return wanted.some((part) => names.some((name) => name.includes(part.toLowerCase())));
}

function row(work: string, who: string, value: string, ratio: string, made: string): string {
  return `${work.padEnd(72)} ${who.padEnd(22)} ${value.padStart(9)} ${ratio.padStart(8)} ${made.padStart(9)}`.trimEnd();
}
