import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { exporterkit } from "./child.ts";
import { hasNode22, node22 } from "./node-22.ts";

const page = readFileSync(new URL("../../docs/sql.md", import.meta.url), "utf8");
const folder = mkdtempSync(join(tmpdir(), "exporterkit-quick-start-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** The first blocks of the quick start, by their language. */
function blocksOf(language: string): string[] {
  const [, section = ""] = /^## Five minutes$([^]*?)^## /m.exec(page)!;
  return Array.from(section.matchAll(new RegExp(`^\`\`\`${language}\n([^]*?)^\`\`\`$`, "gm")), ([, text]) => text!);
}

it.skipIf(!hasNode22())(
  "the quick start of docs/sql.md does what the page says (needs npm ci --prefix e2e/node-22)",
  () => {
    const programs = join(folder, "bin");
    mkdirSync(programs);
    symlinkSync(node22, join(programs, "node"));
    const env = { ...process.env, PATH: [programs, dirname(exporterkit), process.env["PATH"]].join(delimiter) };
    const shell = (command: string): string => {
      const { status, stdout, stderr } = spawnSync("sh", ["-c", command], { cwd: folder, env, encoding: "utf8" });
      expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
      return stdout;
    };
    const [make, tryOut] = blocksOf("sh");
    const [config] = blocksOf("yaml");
    const [printed] = blocksOf("text");
    shell(make!);
    writeFileSync(join(folder, "exporterkit.yml"), config!);
    // Columns are as wide as what is in them, and so is the line at the end.
    const wordsOf = (text: string): string[] =>
      text
        .trimEnd()
        .split("\n")
        .map((line) => line.replaceAll(/ {2,}/g, "  "));
    const lines = wordsOf(shell(tryOut!).split("\n\n")[0]!);
    expect(lines.map((line) => line.replace(/(duration_seconds .*) \S+$/, "$1 …"))).toEqual(wordsOf(printed!));
  },
);
