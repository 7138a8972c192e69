// `npm run check`: everything about the code but its tests: types, lint, format, unused code, and the packages as they
// would be published. Runs every check, names those that failed, and prints the size and import time of the packages.
import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { build, install, projects, root, run, runTool } from "./workspace.js";

install();
build(...projects, "bench");

const packages = readdirSync(join(root, "packages")).map((name) => join("packages", name));
const checks = [
  ["types", () => run(process.execPath, [join(root, "node_modules/typescript/bin/tsc"), "-b"])],
  ["lint", () => runTool("oxlint", ["--type-aware", "--deny-warnings"])],
  ["format", () => runTool("oxfmt", ["--check"])],
  ["unused code", () => runTool("knip", [])],
  ...packages.map((path) => [`publint ${path}`, () => runTool("publint", ["--strict", path])]),
  ...packages.map((path) => [
    `types as published ${path}`,
    () => runTool("@arethetypeswrong/cli", ["--pack", path, "--profile", hasRequire(path) ? "strict" : "esm-only"]),
  ]),
];
const failed = checks
  .filter(([name, check]) => {
    console.log(`\n— ${name}`);
    return check() !== 0;
  })
  .map(([name]) => name);

console.log();
for (const path of packages) {
  const { name, exports } = JSON.parse(readFileSync(join(root, path, "package.json"), "utf8"));
  const [{ size, unpackedSize }] = JSON.parse(
    execFileSync("npm", ["pack", "--ignore-scripts", "--dry-run", "--json", "--loglevel=error"], {
      cwd: join(root, path),
      encoding: "utf8",
    }),
  );
  const importing = median(
    Array.from({ length: 9 }, () => importMilliseconds(join(root, path, entryOf(exports["."])))),
  );
  console.log(`${name}: ${kB(size)} packed, ${kB(unpackedSize)} unpacked, import ${importing.toFixed(1)} ms`);
}
console.log(failed.length === 0 ? "Every check passed." : `Failed: ${failed.join(", ")}.`);
process.exitCode = failed.length === 0 ? 0 : 1;

/** Whether a package may also be loaded by `require`, and by what knows nothing of ES modules. */
function hasRequire(path) {
  return "main" in JSON.parse(readFileSync(join(root, path, "package.json"), "utf8"));
}

/** The file that `import` of a package loads. */
function entryOf(exported) {
  return exported.default ?? exported.import.default;
}

/** Time that a fresh process takes to import a module, its dependencies included. */
function importMilliseconds(file) {
  const program = `const start = performance.now(); await import(${JSON.stringify(file)}); console.log(performance.now() - start)`;
  return Number(execFileSync(process.execPath, ["--input-type=module", "--eval", program], { encoding: "utf8" }));
}

function median(values) {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
}

function kB(bytes) {
  return `${(bytes / 1000).toFixed(1)} kB`;
}
