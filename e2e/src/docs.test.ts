import { execFile } from "node:child_process";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { register } from "@exporterkit/client";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

/** A program of a page, and what the page says it prints; undefined if the page does not say. */
interface Program {
  readonly code: string;
  readonly output: string | undefined;
}

const root = fileURLToPath(new URL("../..", import.meta.url));
const run = promisify(execFile);
const pages = (await readdir(join(root, "docs"))).filter((file) => file.endsWith(".md"));

async function readPage(page: string): Promise<string> {
  return readFile(join(root, "docs", page), "utf8");
}

/** The fenced blocks marked `ts`, each with the block marked `text` that follows it at once. */
function programsOf(text: string): Program[] {
  const blocks = Array.from(text.matchAll(/^```(\w*)\n([^]*?)^```$/gm), (match) => ({
    language: match[1],
    content: match[2]!,
    start: match.index,
    end: match.index + match[0].length,
  }));
  return blocks.flatMap(({ language, content, end }, i) => {
    if (language !== "ts") return [];
    const next = blocks[i + 1];
    const follows = next?.language === "text" && text.slice(end, next.start).trim() === "";
    return [{ code: content, output: follows ? next.content : undefined }];
  });
}

/** Matches the text, where an ellipsis stands for anything on its line, and columns are as wide as what stands in them. */
function patternOf(text: string): RegExp {
  const literals = text.trimEnd().split("…");
  const escaped = literals.map((literal) => literal.replaceAll(/[\\^$.*+?()[\]{}|]/g, "\\$&"));
  return new RegExp(`^${escaped.join(".*").replaceAll(/ {2,}/g, " {2,}")}$`);
}

describe("the programs of", () => {
  let folder: string;
  /** What each program printed, or the error that it ended with, by page. */
  const printed = new Map<string, string[]>();

  beforeAll(async () => {
    // Beside this file, so that the programs find the packages.
    folder = await mkdtemp(join(fileURLToPath(new URL(".", import.meta.url)), "docs-"));
    const queue: (() => Promise<void>)[] = [];
    for (const page of pages) {
      const outputs: string[] = [];
      printed.set(page, outputs);
      for (const [i, program] of programsOf(await readPage(page)).entries()) {
        queue.push(async () => {
          outputs[i] = await runProgram(join(folder, `${page}-${i}.mjs`), program);
        });
      }
    }
    const lanes = Array.from({ length: availableParallelism() }, async () => {
      for (let next = queue.shift(); next !== undefined; next = queue.shift()) await next();
    });
    await Promise.all(lanes);
  });
  afterAll(() => rm(folder, { recursive: true }));

  it.each(pages)("%s print what the page says", async (page) => {
    for (const [i, { code, output = "" }] of programsOf(await readPage(page)).entries()) {
      const found = printed.get(page)![i]!.trimEnd();
      // The comparison of the two texts shows how they differ.
      if (!patternOf(output).test(found)) expect(found, code).toBe(output.trimEnd());
    }
  });
});

/** What the program prints; one of which the page does not say is parsed and not run. */
async function runProgram(file: string, { code, output }: Program): Promise<string> {
  await writeFile(file, code);
  try {
    const { stdout } = await run(process.execPath, output === undefined ? ["--check", file] : [file]);
    return stdout;
  } catch (error) {
    return String(error);
  }
}

it("the index names every page, and links lead somewhere", async () => {
  const index = await readPage("README.md");
  for (const page of pages) if (page !== "README.md") expect(index).toContain(`](${page})`);
  for (const page of pages) {
    for (const [, target, anchor] of (await readPage(page)).matchAll(/\]\(([\w-]+\.md)(?:#([\w-]+))?\)/g)) {
      expect(pages).toContain(target);
      if (anchor === undefined) continue;
      const headings = (await readPage(target!)).match(/^#+ .*$/gm)!.map((heading) =>
        heading
          .replace(/^#+ /, "")
          .toLowerCase()
          .replaceAll(/[^\w -]/g, "")
          .replaceAll(" ", "-"),
      );
      expect(headings).toContain(anchor);
    }
  }
});

it("the tests that the conformance page names exist", async () => {
  const proofs = (await readPage("conformance.md")).matchAll(/`([\w/.-]+\.test\.ts)` "([^"]+)"/g);
  let found = 0;
  for (const [, path, name] of proofs) {
    const file = /^(?:e2e|packages)\//.test(path!) ? path! : `packages/client/src/${path}`;
    expect(await readFile(join(root, file), "utf8")).toContain(`"${name}"`);
    found++;
  }
  expect(found).toBeGreaterThan(50);
});

it("the page of the default metrics lists them all, with their types", async () => {
  const page = await readPage("default-metrics.md");
  const listed = Array.from(page.matchAll(/^\| `((?:process|nodejs)_\w+)` +\| (\w+)/gm), ([, name, type]) => [
    name,
    type,
  ]);
  const text = await register.metrics();
  const exposed = Array.from(text.matchAll(/^# TYPE (\w+) (\w+)$/gm), ([, name, type]) => [name, type]);
  expect(listed).toEqual(expect.arrayContaining(exposed));
  if (process.platform === "linux") expect(listed).toHaveLength(exposed.length);
});
