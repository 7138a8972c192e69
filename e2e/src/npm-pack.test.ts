import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";

const root = fileURLToPath(new URL("../..", import.meta.url));

it.each(readdirSync(join(root, "packages")))("npm pack of %s builds it where that has not been done", (name) => {
  const clone = mkdtempSync(join(tmpdir(), "npm-pack-"));
  const write = (file: string, text: string): void => {
    mkdirSync(dirname(join(clone, file)), { recursive: true });
    writeFileSync(join(clone, file), text);
  };
  const within = join(clone, "packages", name);
  const log = join(clone, "log");
  const built = (each: string): string => join(clone, "packages", each, "dist/.tsbuildinfo");
  /** A program that adds to files. */
  const program = (files: Readonly<Record<string, string>>): string => `
    import { appendFileSync, mkdirSync } from "node:fs";
    import { dirname } from "node:path";
    for (const [file, text] of Object.entries(${JSON.stringify(files)})) {
      mkdirSync(dirname(file), { recursive: true });
      appendFileSync(file, text);
    }
  `;
  const pack = (): string[] => {
    const [{ files }] = JSON.parse(
      execFileSync("npm", ["pack", "--dry-run", "--json", "--loglevel=error"], { cwd: within, encoding: "utf8" }),
    );
    return files.map(({ path }: { path: string }) => path);
  };
  try {
    cpSync(join(root, "scripts"), join(clone, "scripts"), { recursive: true });
    write(`packages/${name}/package.json`, readFileSync(join(root, "packages", name, "package.json"), "utf8"));
    for (const file of ["bin/exporterkit.js", "schema/exporterkit.schema.json"]) write(`packages/${name}/${file}`, "");
    // In the place of the tools that build, which take long: one that takes down that it was called, and one that bundles.
    for (const each of ["client", "prom-client"]) write(`packages/${each}/rolldown.config.js`, "");
    for (const each of ["page/server", "page/browser"]) write(`packages/exporter/src/${each}/index.ts`, "");
    write("node_modules/typescript/package.json", '{ "type": "module" }');
    write(
      "node_modules/typescript/bin/tsc",
      program({ [log]: "compiled\n", [built("client")]: "", [built(name)]: "" }),
    );
    write("node_modules/rolldown/package.json", '{ "type": "module", "bin": "bin.js" }');
    write("node_modules/rolldown/bin.js", program({ "dist/bundle/index.js": "", "dist/assets/manifest.json": "" }));

    expect(pack()).toContain(name === "exporter" ? "dist/assets/manifest.json" : "dist/bundle/index.js");
    expect(readFileSync(log, "utf8")).toBe("compiled\n");
    pack();
    expect(readFileSync(log, "utf8"), "built again").toBe("compiled\n");
  } finally {
    rmSync(clone, { recursive: true });
  }
});
