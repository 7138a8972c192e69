import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Child, exporterkit, start } from "../child.ts";
import { makePair, type Pair } from "../certificates.ts";
import { FakeApiServer } from "./fake-api-server.ts";

/** A fake cluster with what is needed to reach it. */
export interface FakeSetting {
  readonly server: FakeApiServer;
  readonly authority: Pair;
  readonly folder: string;
  /** Its kubeconfig, for the token `good`. */
  readonly kubeconfig: string;
  dispose(): Promise<void>;
}

/** Starts a fake API server, and writes a kubeconfig for it. */
export async function startSetting(): Promise<FakeSetting> {
  const folder = await mkdtemp(join(tmpdir(), "exporterkit-kubernetes-"));
  const authority = await makePair("kubernetes-ca");
  const server = new FakeApiServer(await makePair("kubernetes", authority));
  await server.start();
  const kubeconfig = await writeKubeconfig(join(folder, "kubeconfig.yml"), server.url, authority, { token: "good" });
  return {
    server,
    authority,
    folder,
    kubeconfig,
    async dispose() {
      await server.stop();
      await rm(folder, { recursive: true });
    },
  };
}

/** Writes a kubeconfig with one context, and returns its path. */
export async function writeKubeconfig(file: string, server: string, authority: Pair, user: object): Promise<string> {
  const config = {
    apiVersion: "v1",
    kind: "Config",
    "current-context": "fake",
    contexts: [{ name: "fake", context: { cluster: "fake", user: "exporter", namespace: "default" } }],
    clusters: [
      {
        name: "fake",
        cluster: { server, "certificate-authority-data": Buffer.from(authority.cert).toString("base64") },
      },
    ],
    users: [{ name: "exporter", user }],
  };
  await writeFile(file, JSON.stringify(config));
  return file;
}

/** An exporter that runs the module. */
export interface KubernetesExporter extends Child {
  /** The samples of a scrape, by how they are written. Rejects if it does not answer 200. */
  samples(): Promise<Map<string, number>>;
}

/** Starts the exporter with this below `modules.kubernetes`. */
export async function startKubernetesExporter(
  { folder, kubeconfig }: FakeSetting,
  config: object,
  ...flags: string[]
): Promise<KubernetesExporter> {
  const file = join(folder, `exporterkit-${Math.random()}.yml`);
  // JSON is YAML.
  await writeFile(file, JSON.stringify({ modules: { kubernetes: { kubeconfig, ...config } } }));
  const child = start(exporterkit, [`--config.file=${file}`, "--web.listen-address=127.0.0.1:0", ...flags]);
  const [, url] = await child.line(/ url=(\S+)/);
  return {
    ...child,
    async samples() {
      const response = await fetch(`${url}metrics`);
      const text = await response.text();
      if (!response.ok) throw new Error(text);
      const lines = text.split("\n").filter((line) => /^(?:kube_|exporterkit_k|exporterkit_collector_s)/.test(line));
      return new Map(
        lines.map((line) => [line.slice(0, line.lastIndexOf(" ")), Number(line.slice(line.lastIndexOf(" ") + 1))]),
      );
    },
  };
}

/** What begins with `kube_`, as an object. */
export function sums(samples: ReadonlyMap<string, number>): Record<string, number> {
  return Object.fromEntries([...samples].filter(([name]) => name.startsWith("kube_")));
}
