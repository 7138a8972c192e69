import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { expandPatterns } from "./file-patterns.ts";

const folder = mkdtempSync(join(tmpdir(), "file-patterns-"));
afterAll(() => rmSync(folder, { recursive: true }));
for (const name of [
  "a.yml",
  "b.yml",
  "c.yaml",
  "[x].yml",
  "x.yml",
  ".d.yml",
  "sub/a.yml",
  "sub/deep/b.yml",
  ".hidden/c.yml",
  "dir.yml/e",
]) {
  mkdirSync(dirname(join(folder, name)), { recursive: true });
  writeFileSync(join(folder, name), "");
}
symlinkSync(folder, join(folder, "sub/loop"));
symlinkSync("a.yml", join(folder, "to-a.link"));
symlinkSync("none", join(folder, "to-none.link"));

describe("a pattern", () => {
  it.each([
    ["*.yml", ["[x].yml", "a.yml", "b.yml", "x.yml"]],
    ["?.y*ml", ["a.yml", "b.yml", "c.yaml", "x.yml"]],
    ["[ab].yml", ["a.yml", "b.yml"]],
    ["[!a].yml", ["b.yml", "x.yml"]],
    ["[a-c].*", ["a.yml", "b.yml", "c.yaml"]],
    ["[x].yml", ["[x].yml"]],
    [".*.yml", [".d.yml"]],
    ["s*/*.yml", ["sub/a.yml"]],
    ["*.link", ["to-a.link"]],
    ["sub/l*/b.yml", ["sub/loop/b.yml"]],
    ["**/b.yml", ["b.yml", "sub/deep/b.yml"]],
    ["sub/**/*.yml", ["sub/a.yml", "sub/deep/b.yml"]],
    ["./sub/../*.yaml", ["c.yaml"]],
    ["no.yml", ["no.yml"]],
  ])("%s stands for %j", (pattern, names) => {
    const { files, problems } = expandPatterns([join(folder, "/") + pattern]);
    expect(files.map((file) => relative(folder, file))).toEqual(names);
    expect(problems).toEqual([]);
  });

  it.each(["*.txt", "[z-a].yml", "none/*", "a.yml/*", "[", "(*)+"])("%s that matches nothing is told", (pattern) => {
    const { files, problems } = expandPatterns([join(folder, pattern)]);
    expect(files).toEqual([]);
    expect(problems).toEqual([
      { at: { file: join(folder, pattern) }, path: [], text: "no file has such a name; correct the pattern" },
    ]);
  });

  it("and a name for the same file stand for it once", () => {
    const names = ["a.yml", "*.yml", "a.yml"].map((name) => join(folder, name));
    expect(expandPatterns(names).files.filter((file) => file.endsWith("/a.yml"))).toHaveLength(1);
  });
});
