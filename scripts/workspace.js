// What the scripts of the workspace share. Plain JavaScript on built-in modules: it runs before anything is installed.
import { spawnSync } from "node:child_process";
import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

export const root = fileURLToPath(new URL("..", import.meta.url));

/** The folders of what is published, and of the examples, which tests run. */
export const projects = [
  "packages/client",
  "packages/exporter",
  "packages/prom-client",
  "examples/cluster",
  "examples/custom-exporter",
  "examples/nest",
  "examples/pm2",
  "examples/prometheus-api",
  "examples/system-usage",
  "examples/web-app",
  "examples/worker-threads",
];

/** Runs a command in the workspace's root with this terminal, and returns its exit code. */
export function run(command, args, options = {}) {
  const { status, error } = spawnSync(command, args, { cwd: root, stdio: "inherit", ...options });
  if (error) throw error;
  return status ?? 1;
}

/** Runs a command of an installed package. */
export function runTool(packageName, args, options) {
  const { bin } = JSON.parse(readFileSync(join(root, "node_modules", packageName, "package.json"), "utf8"));
  const file = typeof bin === "string" ? bin : (bin[packageName.split("/").at(-1)] ?? Object.values(bin)[0]);
  return run(process.execPath, [join(root, "node_modules", packageName, file), ...args], options);
}

/** Installs the dependencies unless those of the lock file are there. Ends the process if that fails. */
export function install() {
  if (modified("node_modules/.package-lock.json") >= modified("package-lock.json")) return;
  console.error("Installing dependencies…");
  const npm = process.env.npm_execpath;
  const [command, args] = npm ? [process.execPath, [npm]] : ["npm", []];
  orExit(run(command, [...args, "ci", "--include=dev", "--no-audit", "--no-fund", "--loglevel=error"]));
}

/** Compiles projects, by their folders, as far as their sources changed, and bundles them. Exits if that fails. */
export function build(...folders) {
  orExit(run(process.execPath, [join(root, "node_modules/typescript/bin/tsc"), "-b", ...folders]));
  bundle("packages/client", ["packages/client/dist/.tsbuildinfo"]);
  if (!folders.includes("packages/prom-client")) return;
  bundle("packages/prom-client", ["packages/prom-client/dist/.tsbuildinfo", "packages/client/dist/bundle/index.js"]);
}

/** Bundles a package unless that has been done since the files it depends on changed. */
function bundle(folder, changed) {
  const latest = Math.max(...changed.map(modified));
  if (modified(join(folder, "dist/bundle/index.js")) >= latest) return;
  const bundling = { cwd: join(root, folder), stdio: ["ignore", "ignore", "inherit"] };
  orExit(runTool("rolldown", ["--config", "rolldown.config.js"], bundling));
}

/** Ends the process with `code` unless it is 0. */
export function orExit(code) {
  if (code !== 0) process.exit(code);
}

function modified(path) {
  return statSync(join(root, path), { throwIfNoEntry: false })?.mtimeMs ?? 0;
}
