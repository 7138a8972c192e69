// Runs the benchmarks whose work contains an argument, or all, and prints a table: medians, and ratios from this run.
import { compare, type Measurement } from "./compare.ts";
import { expositionComparisons } from "./expositions.ts";
import { incrementComparisons } from "./increments.ts";

const wanted = process.argv.slice(2);
const suites = [incrementComparisons, expositionComparisons];

console.log(
  `Node.js ${process.version}, ${process.platform}/${process.arch}. Times are medians; ratios are to exporterkit in the same run.\n`,
);
console.log(row("work", "library", "time", "ratio"));
for (const suite of suites) {
  for (const comparison of suite()) {
    if (wanted.length > 0 && !wanted.some((part) => comparison.work.includes(part))) continue;
    for (const measurement of await compare(comparison)) console.log(tableRow(measurement));
  }
}

function tableRow({ work, contender, nanoseconds, ratio }: Measurement): string {
  const time = nanoseconds < 1e5 ? `${nanoseconds.toPrecision(3)} ns` : `${(nanoseconds / 1e6).toPrecision(3)} ms`;
  return row(work, contender, time, `${ratio.toPrecision(3)}x`);
}

function row(work: string, library: string, time: string, ratio: string): string {
  return `${work.padEnd(54)} ${library.padEnd(12)} ${time.padStart(10)} ${ratio.padStart(8)}`;
}
