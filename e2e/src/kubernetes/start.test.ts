import { execFile } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { exporterkit, start } from "../child.ts";
import { everything } from "./fake-access.ts";
import { type FakeSetting, startKubernetesExporter, startSetting, sums } from "./exporter.ts";

let setting: FakeSetting;
beforeEach(async () => {
  setting = await startSetting();
  setting.server.access.allow("good", everything);
  for (let i = 0; i < 30; i++) {
    const usage = { app: { cpu: "100m", memory: "1Mi" } };
    setting.server.cluster.setPod(`web-${i}`, {
      namespace: i < 20 ? "shop" : "other",
      labels: { app: `${i % 2}` },
      usage,
    });
  }
});
afterEach(() => setting.dispose());

/** Runs the command with this below `modules.kubernetes`. */
async function run(command: string[], config: object): Promise<{ code: unknown; stdout: string; stderr: string }> {
  const file = join(setting.folder, "exporterkit.yml");
  await writeFile(file, JSON.stringify({ modules: { kubernetes: { kubeconfig: setting.kubeconfig, ...config } } }));
  return await new Promise((resolve) => {
    const env = { ...process.env, POD_NAME: "exporterkit-pods-1" };
    execFile(exporterkit, [...command, file], { env, timeout: 20_000 }, (error, stdout, stderr) => {
      resolve({ code: error?.code ?? 0, stdout, stderr });
    });
  });
}

const serve = ["--web.listen-address=127.0.0.1:0", "--config.file"];

it("a cluster without metrics-server has its pods added up, and is told what would have the rest", async () => {
  setting.server.faults.refuse = ({ pathname }) => (pathname.startsWith("/apis/metrics.k8s.io/") ? 404 : undefined);
  const { stdout, stderr } = await run(["try"], { group_by: ["label:app"], request_timeout: "1s" });
  expect(stdout).toMatch(/^kube_label_pods +label_app="1" phase="Running" +15$/m);
  expect(stdout + stderr).toMatch(
    /no metrics\.k8s\.io; install metrics-server, or set modules\.kubernetes\.usage to kubelet or none/,
  );
});

it("try has what the pods use, and ends", async () => {
  const { code, stdout } = await run(["try"], { group_by: ["label:app"] });
  expect(stdout).toMatch(/^kube_label_cpu_usage_cores +label_app="1" +1\.5$/m);
  expect(code).toBe(0);
});

describe("what cannot be is told with the remedy:", () => {
  it.each([
    [
      { kubeconfig: "none.yml" },
      /cannot be read: ENOENT.*none\.yml'; name a kubeconfig in modules\.kubernetes\.kubeconfig\./,
    ],
    [{ context: "production" }, /has no context "production"; use one of fake\./],
    [{ total_shards: 1, shard: 3 }, /This is shard 3, of 1 that begin at 0/],
  ])("%j", async (config, message) => {
    const { code, stderr } = await run(serve, config);
    expect(stderr).toMatch(message);
    expect(code).toBe(2);
  });

  it("that there is no kubeconfig", async () => {
    const file = join(setting.folder, "nowhere.yml");
    await writeFile(file, "modules: { kubernetes: {} }");
    const env = { PATH: process.env["PATH"], HOME: setting.folder };
    const child = start(exporterkit, [...serve, file], { env });
    await child.line(/there is neither a kubeconfig nor the service account of a pod; set KUBECONFIG or modules\./);
    expect(await child.ended).toBe(2);
  });

  it("a cluster without TLS", async () => {
    const config = await readFile(setting.kubeconfig, "utf8");
    await writeFile(setting.kubeconfig, config.replace("https:", "http:"));
    expect((await run(serve, {})).stderr).toMatch(/leads to http:\/\/127\.0\.0\.1:\d+, without TLS; name a kubeconfig/);
  });

  it("a kubeconfig that is none, without a word of what is in it", async () => {
    await writeFile(setting.kubeconfig, "users: [{ user: { token: s3cret }");
    const { stderr } = await run(serve, {});
    expect(stderr).toMatch(/kubeconfig\.yml cannot be read: it is no kubeconfig; name/);
    expect(stderr).not.toContain("s3cret");
  });
});

it("the official client is asked for by who has none, and by nobody who needs none", async () => {
  // The package as if it were not installed.
  const resolve =
    "export const resolve = (name, context, next) => { if (name.startsWith('@kubernetes/')) throw Object.assign(new Error(name), { code: 'ERR_MODULE_NOT_FOUND' }); return next(name, context); }";
  const hooks = join(setting.folder, "hooks.mjs");
  const without = join(setting.folder, "without.mjs");
  await writeFile(hooks, resolve);
  await writeFile(
    without,
    `import { register } from "node:module"; register(${JSON.stringify(pathToFileURL(hooks).href)});`,
  );
  const tryWithout = async (modules: object): Promise<string> => {
    const file = join(setting.folder, "modules.yml");
    await writeFile(file, JSON.stringify({ modules }));
    const args = ["--import", pathToFileURL(without).href, exporterkit, "try", file];
    return await new Promise((done) => execFile(process.execPath, args, (_, stdout) => done(stdout)));
  };
  expect(await tryWithout({ kubernetes: {} })).toContain(
    "The module kubernetes needs the package @kubernetes/client-node: install it with npm install @kubernetes/client-node@1.",
  );
  expect(await tryWithout({ host: { disable_defaults: true, collectors: { loadavg: true } } })).toContain("node_load1");
});

it("namespaces are watched one by one, with rights in them alone", async () => {
  const inShop = everything.slice(0, 2).map((grant) => ({ ...grant, namespace: "shop" }));
  setting.server.access.allow("good", inShop);
  const exporter = await startKubernetesExporter(setting, {
    namespaces: ["shop"],
    field_selector: "metadata.name!=web-0",
  });
  expect(sums(await exporter.samples())).toMatchObject({
    'kube_label_pods{namespace="shop",phase="Running"}': 19,
    'kube_label_sampled_pods{namespace="shop"}': 19,
  });
  await exporter.stop();
});

it("shards have each pod once, and follow it", async () => {
  const exporters = await Promise.all(
    ["0", "1", "2"].map((shard) =>
      startKubernetesExporter(
        setting,
        { group_by: ["label:app"], usage_interval: "100ms" },
        `--shard=${shard}`,
        "--total-shards=3",
      ),
    ),
  );
  const total = async (name: string): Promise<number> => {
    const all = await Promise.all(exporters.map((exporter) => exporter.samples()));
    const values = all.flatMap((samples) =>
      [...samples].filter(([key]) => key.startsWith(name)).map(([, value]) => value),
    );
    return Math.round(values.reduce((sum, value) => sum + value, 0) * 1000) / 1000;
  };
  expect(await total("kube_label_pods")).toBe(30);
  expect(await total("kube_label_cpu_usage_cores")).toBe(3);
  for (const exporter of exporters) {
    const own = (await exporter.samples()).get("exporterkit_kubernetes_cached_pods");
    expect(own).toBeGreaterThan(2);
    expect(own).toBeLessThan(20);
  }
  // Pods by the names of others, of whatever shard.
  for (let i = 0; i < 20; i++) setting.server.cluster.deletePod(`web-${i}`, "shop");
  for (let i = 0; i < 10; i++) setting.server.cluster.setPod(`web-${i}`, { namespace: "shop" });
  await expect.poll(() => total("kube_label_pods")).toBe(20);
  expect(await total('exporterkit_kubernetes_watch_events_total{type="passed"}')).toBeGreaterThan(10);
  await Promise.all(exporters.map((exporter) => exporter.stop()));
});
