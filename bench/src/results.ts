import { arch, availableParallelism, cpus, release, totalmem, type as system } from "node:os";
import { type Field, goVersion } from "./contenders.ts";
import { type Figure, formatted, formattedRatio } from "./figure.ts";
import { goals } from "./reach.ts";

/** What a run found out, as the Markdown of RESULTS.md. */
export function resultsMarkdown(
  figures: readonly Figure[],
  { contenders, missing }: Field,
  failures: string[],
): string {
  const versions = Array.from(contenders.values(), ({ name, version }) => `${name} ${version}`);
  const runtimes = [`Node.js ${process.version.slice(1)}`, goVersion()?.replace("go", "Go ") ?? []].flat();
  const groups = [...new Set(figures.map(({ group }) => group))];
  return (
    [
      "# Results of the benchmarks",
      "Written by `npm run bench`; README.md tells what is measured and how to read it.",
      list([
        `Machine: ${cpus()[0]?.model ?? "unknown processor"}, ${availableParallelism()} cores, ` +
          `${Math.round(totalmem() / 2 ** 30)} GiB of memory, ${system()} ${release()}, ${arch()}`,
        `Runtimes: ${runtimes.join(", ")}`,
        `Libraries: ${versions.join("; ")}`,
        `Date: ${new Date().toISOString().slice(0, 10)}`,
        ...missing.map((reason) => `Not there: ${reason}`),
        ...failures.map((reason) => `Failed: ${reason}`),
      ]),
      "## Reach",
      "How far ahead we set out to be at least. `40x` a peer: it takes 40 times as long.",
      table(
        ["work", "target", "measured", "met"],
        goals(figures).map(({ work, target, measured, met }) => [work, target, measured, met]),
      ),
      ...groups.flatMap((group) => [`## ${group}`, groupTable(figures.filter((figure) => figure.group === group))]),
      "",
    ]
      .join("\n\n")
      .trimEnd() + "\n"
  );
}

/** A row for each work, a column for each contender. */
function groupTable(figures: readonly Figure[]): string {
  const columns = [...new Set(figures.map(({ column }) => column))];
  const works = [...new Set(figures.map(({ work }) => work))];
  const cell = (work: string, column: string): string => {
    const figure = figures.find((one) => one.work === work && one.column === column);
    if (figure === undefined) return "";
    const ratio = column === columns[0] && figure.ratio === 1 ? "" : formattedRatio(figure.ratio);
    return ratio === "" ? formatted(figure) : `${formatted(figure)} (${ratio})`;
  };
  return table(
    ["work", ...columns],
    works.map((work) => [work, ...columns.map((column) => cell(work, column))]),
  );
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return [head, head.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}

function list(items: readonly string[]): string {
  return items.map((item) => `- ${item}`).join("\n");
}
