import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Ajv } from "ajv";
import { afterAll, describe, expect, it } from "vitest";
import { parse } from "yaml";

const root = new URL("../../../../", import.meta.url);
const page = readFileSync(new URL("docs/configuration.md", root), "utf8");
const command = fileURLToPath(new URL("../../bin/exporterkit.js", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "configuration-page-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** The configurations of a page, each with the problems that it says they have. */
function examplesOf(text: string): { text: string; problems: string }[] {
  return Array.from(text.matchAll(/^```yaml\n([^]*?)^```\n+(?:```text\n([^]*?)^```)?/gm), (match) => ({
    text: match[1]!,
    problems: match[2] ?? "",
  }));
}

const others = [
  "docs/host.md",
  "docs/json.md",
  "docs/kubernetes.md",
  "docs/logs.md",
  "docs/process.md",
  "docs/sql.md",
  "packages/exporter/README.md",
];
const examples = [page, ...others.map((name) => readFileSync(new URL(name, root), "utf8"))].flatMap(examplesOf);

describe("the configurations in docs/configuration.md, the pages of the modules and the README", () => {
  it.each(examples)("are answered as the page says, example %#", ({ text, problems }) => {
    writeFileSync(join(folder, "exporterkit.yml"), text);
    const { status, stdout, stderr } = spawnSync(process.execPath, [command, "check", "exporterkit.yml"], {
      encoding: "utf8",
      cwd: folder,
      // What the pages have of the environment.
      env: { ...process.env, SHOP_PASSWORD: "change%20me" },
      timeout: 20_000,
    });
    expect(stderr).toBe(problems);
    expect(stdout).toBe(problems === "" ? "exporterkit.yml: ok\n" : "");
    expect(status).toBe(problems === "" ? 0 : 2);
  });

  it("name the JSON Schema where it is published, and an editor takes them by it", () => {
    expect(examples.length).toBeGreaterThan(2);
    const [, path] = /^# yaml-language-server: \$schema=(\S+)$/m.exec(page)!;
    const schema = readFileSync(new URL(path!, root), "utf8");
    const validate = new Ajv({ allowUnionTypes: true }).compile(JSON.parse(schema));
    for (const { text, problems } of examples) expect(validate(parse(text)), text).toBe(problems === "");
  });

  it("has a row for each key", () => {
    const schema = JSON.parse(
      readFileSync(new URL("packages/exporter/schema/exporterkit.schema.json", root), "utf8"),
    ) as {
      properties: Record<string, { properties: object }>;
    };
    for (const [section, { properties }] of Object.entries(schema.properties)) {
      for (const key of Object.keys(properties)) expect(page).toContain(`| \`${section}.${key}\``);
    }
  });
});
