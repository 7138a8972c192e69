import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { register } from "@exporterkit/client";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

/** A program of a page, the lines before it, and what the page says it prints; undefined if the page does not say. */
interface Program {
  readonly code: string;
  readonly line: number;
  readonly output: string | undefined;
}

const root = fileURLToPath(new URL("../..", import.meta.url));
const run = promisify(execFile);
const pages = (await readdir(join(root, "docs"))).filter((file) => file.endsWith(".md"));
const packages = await readdir(join(root, "packages"));
const sources = [
  "README.md",
  ...packages.map((name) => `packages/${name}/README.md`),
  ...pages.map((page) => `docs/${page}`),
];

// The strictness that `tsc --init` writes, without a browser, for what Node.js 22.18 runs by itself.
const compilerOptions = {
  strict: true,
  exactOptionalPropertyTypes: true,
  noUncheckedIndexedAccess: true,
  erasableSyntaxOnly: true,
  isolatedModules: true,
  verbatimModuleSyntax: true,
  module: "nodenext",
  target: "es2022",
  lib: ["es2022"],
  types: ["node"],
  skipLibCheck: true,
};

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
  return blocks.flatMap(({ language, content, start, end }, i) => {
    if (language !== "ts") return [];
    const next = blocks[i + 1];
    const follows = next?.language === "text" && text.slice(end, next.start).trim() === "";
    const line = text.slice(0, start).split("\n").length;
    return [{ code: content, line, output: follows ? next.content : undefined }];
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
  /** What the compiler says of them all, by page and line. */
  let problems: string;
  /** What those printed that the pages give the output of, or the error that they ended with. */
  const printed = new Map<string, { readonly program: Program; readonly found: string }[]>();

  beforeAll(async () => {
    // In this package, so that the programs find the others.
    folder = await mkdtemp(fileURLToPath(new URL("../docs-", import.meta.url)));
    const queue: (() => Promise<void>)[] = [];
    for (const source of sources) {
      await mkdir(dirname(join(folder, source)), { recursive: true });
      const outputs: { program: Program; found: string }[] = [];
      printed.set(source, outputs);
      for (const program of programsOf(await readFile(join(root, source), "utf8"))) {
        const file = join(folder, `${source}-${program.line}`);
        // Behind as many lines as in the page, so that the compiler names the page's.
        await writeFile(`${file}.mts`, "\n".repeat(program.line) + program.code);
        if (program.output === undefined) continue;
        queue.push(async () => {
          outputs.push({ program, found: await runProgram(`${file}.mjs`) });
        });
      }
    }
    problems = await compile(folder);
    const lanes = Array.from({ length: availableParallelism() }, async () => {
      for (let next = queue.shift(); next !== undefined; next = queue.shift()) await next();
    });
    await Promise.all(lanes);
  });
  afterAll(() => rm(folder, { recursive: true }));

  it("all pages compile under `strict`", () => expect(problems).toBe(""));

  it.each(sources)("%s print what the page says", (source) => {
    for (const { program, found } of printed.get(source)!) {
      const output = program.output!.trimEnd();
      // The comparison of the two texts shows how they differ.
      if (!patternOf(output).test(found)) expect(found, program.code).toBe(output);
    }
  });
});

/** What the compiler says of the programs in a folder, all at once; it writes their JavaScript beside them. */
async function compile(folder: string): Promise<string> {
  await writeFile(join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions }));
  const compiler = join(root, "node_modules/typescript/bin/tsc");
  const { stdout, stderr } = await run(process.execPath, [compiler, "--pretty", "false"], { cwd: folder }).catch(
    (error: { stdout: string; stderr: string }) => error,
  );
  return (stdout + stderr).replaceAll(/-\d+\.mts\((\d+),\d+\)/g, ":$1");
}

/** What the program prints. */
async function runProgram(file: string): Promise<string> {
  try {
    return (await run(process.execPath, [file])).stdout.trimEnd();
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
