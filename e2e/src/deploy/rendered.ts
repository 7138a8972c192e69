import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseAllDocuments } from "yaml";
import { runTool, type ToolAnswer } from "../kubernetes/kubernetes-tools.ts";
import type { Manifest } from "./kubernetes-schema.ts";

const folder = fileURLToPath(new URL("../../../deploy/kubernetes", import.meta.url));

/** What kustomize makes of a folder, by the real kubectl. */
export async function kustomized(name: string): Promise<Manifest[]> {
  return manifestsOf(await run("kubectl", ["kustomize", join(folder, name)]));
}

/** What a release of a chart is called, and the namespace that it is in. */
interface Release {
  readonly name: string;
  readonly namespace: string;
}

/** What the real helm makes of the chart, with values as `--set-json` takes them. */
export async function templated(
  values: Readonly<Record<string, unknown>> = {},
  release?: Release,
): Promise<Manifest[]> {
  return manifestsOf(await helm("template", values, release));
}

/** What helm says of the chart. */
export async function helm(
  command: "template" | "lint",
  values: Readonly<Record<string, unknown>>,
  { name, namespace }: Release = { name: "ek", namespace: "monitoring" },
): Promise<ToolAnswer> {
  const chart = join(folder, "chart");
  const args = command === "lint" ? ["lint", "--strict", chart] : ["template", name, chart, "--namespace", namespace];
  const set = Object.entries(values).flatMap(([path, value]) => ["--set-json", `${path}=${JSON.stringify(value)}`]);
  return await run("helm", [...args, ...set]);
}

async function run(tool: "kubectl" | "helm", args: string[]): Promise<ToolAnswer> {
  const home = mkdtempSync(join(tmpdir(), "exporterkit-deploy-"));
  try {
    return await runTool(tool, args, home);
  } finally {
    rmSync(home, { recursive: true });
  }
}

function manifestsOf({ code, stdout, stderr }: ToolAnswer): Manifest[] {
  if (code !== 0) throw new Error(stderr);
  return parseAllDocuments(stdout).flatMap((document) => {
    if (document.errors.length > 0) throw document.errors[0]!;
    const manifest = document.toJS() as Manifest | null;
    return manifest === null ? [] : [manifest];
  });
}

/** The pod of a workload as a manifest has it. */
export interface PodTemplate {
  readonly metadata: { readonly labels: Record<string, string>; readonly annotations?: Record<string, string> };
  readonly spec: {
    readonly [field: string]: unknown;
    readonly securityContext: object;
    readonly containers: readonly Record<string, unknown>[];
    readonly volumes: readonly {
      readonly name: string;
      readonly hostPath?: object;
      readonly configMap?: { name: string };
    }[];
  };
}

/** The pods that manifests start. */
export function podTemplates(manifests: readonly Manifest[]): PodTemplate[] {
  return manifests.flatMap(({ kind, spec }) =>
    ["DaemonSet", "Deployment", "StatefulSet"].includes(kind) ? [(spec as { template: PodTemplate }).template] : [],
  );
}
