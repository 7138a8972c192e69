import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { exporterkit } from "./child.ts";
import { hasCommand } from "./debian-package.ts";

describe.skipIf(!hasCommand("promtool", "prometheus"))("the rules (need the Debian package prometheus)", () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "exporterkit-rules-"));
    expect(spawnSync(exporterkit, ["rules", "--folder", folder]).status).toBe(0);
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  function promtool(verb: "check" | "test", ending: string): { status: number | null; said: string } {
    const files = readdirSync(folder).filter((name) => name.endsWith(ending));
    expect(files.length).toBeGreaterThan(0);
    const { status, stdout, stderr } = spawnSync("promtool", [verb, "rules", ...files], {
      cwd: folder,
      encoding: "utf8",
    });
    return { status, said: stdout + stderr };
  }

  it("are well-formed to promtool", () => {
    const { status, said } = promtool("check", ".rules.yml");
    expect(said).not.toMatch(/FAILED|error/i);
    expect(status).toBe(0);
  });

  it("tell of what they should, and of nothing else", () => {
    const { status, said } = promtool("test", ".rules.test.yml");
    expect(said).not.toContain("FAILED");
    expect(status).toBe(0);
  });
});
