import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { makePair } from "../certificates.ts";
import { everything } from "./fake-access.ts";
import { FakeKubelet, resourceMetrics } from "./fake-kubelet.ts";
import { type FakeSetting, type KubernetesExporter, startKubernetesExporter, startSetting } from "./exporter.ts";

// Each node has an address of its own, as all of 127.0.0.0/8 is this machine.
const addresses = ["127.0.0.1", "127.0.0.2"];
const cpu = 'kube_label_cpu_usage_seconds_total{label_app="web"}';
const cores = 'kube_label_cpu_usage_cores{label_app="web"}';
const kubelets = (result: string): string => `exporterkit_kubernetes_kubelets{result="${result}"}`;

let setting: FakeSetting;
let nodes: FakeKubelet[];
let port: number;
// When the test began, in seconds since 1970: samples are not older, however long the tests before took.
let start: number;
let exporter: KubernetesExporter;
beforeEach(async () => {
  start = Math.floor(Date.now() / 1000);
  setting = await startSetting();
  const { access, cluster } = setting.server;
  access.allow("good", everything);
  nodes = [];
  port = 0;
  for (const [i, address] of addresses.entries()) {
    const pair = await makePair(`node-${i}`, setting.authority, [address]);
    const node = new FakeKubelet(pair, access, () => resourceMetrics(cluster, `node-${i}`));
    port = await node.listen(address, port);
    nodes.push(node);
    cluster.setPod(`web-${i}`, { labels: { app: "web" }, node: `node-${i}`, hostIP: address });
    count(`web-${i}`, 1000, 0);
  }
});
afterEach(async () => {
  await exporter.stop();
  await Promise.all(nodes.map((node) => node.stop()));
  await setting.dispose();
});

/** Has a container have used so much at a time, in seconds from the start of the test. */
function count(pod: string, cpuSeconds: number, at: number, started = -1000): void {
  const counter = { cpuSeconds, memory: 1024, at: start + at, started: start + started };
  setting.server.cluster.counters.set(`default/${pod}/app`, counter);
}
const run = async (kubelet: object = {}, config: object = {}): Promise<void> => {
  const bounds = { group_by: ["label:app"], usage_interval: "100ms", request_timeout: "2s" };
  exporter = await startKubernetesExporter(setting, {
    usage: "kubelet",
    kubelet: { port, ...kubelet },
    ...bounds,
    ...config,
  });
};
const sample = async (name: string): Promise<number | undefined> => (await exporter.samples()).get(name);
const becomes = async (name: string, value: number | undefined): Promise<void> =>
  await expect.poll(async () => await sample(name), { interval: 20 }).toBe(value);

it("sums are counters that restarts and new pods go on with, and rates", async () => {
  await run();
  await becomes(kubelets("read"), 2);
  // What was before us is not ours to count, and of what was read once no rate is known.
  expect(await sample(cpu)).toBeUndefined();
  expect(await sample('kube_label_unsampled_containers{label_app="web"}')).toBe(2);
  count("web-0", 1005, 10);
  count("web-1", 1010, 10);
  await becomes(cpu, 15);
  await becomes(cores, 1.5);
  expect(await sample('kube_label_memory_working_set_bytes{label_app="web"}')).toBe(2048);
  // The container starts anew, and a pod is new.
  count("web-0", 3, 20, 14);
  setting.server.cluster.setPod("web-2", { labels: { app: "web" }, node: "node-1", hostIP: addresses[1]! });
  count("web-2", 2, 20, 16);
  count("web-1", 1010, 20);
  await becomes(cpu, 20);
  await becomes(cores, 1);
  // What a pod has used stays when it goes.
  setting.server.cluster.deletePod("web-2");
  await becomes(cores, 0.5);
  expect(await sample(cpu)).toBe(20);
  // None of them had to be asked of the API server.
  expect(setting.server.requests.filter((request) => request.includes("nodes"))).toEqual([]);
});

it("the first pod on a node counts with all that it has used, and what was there before on one that comes late with nothing", async () => {
  const { cluster } = setting.server;
  cluster.deletePod("web-1");
  await run();
  await becomes(kubelets("read"), 1);
  count("web-0", 1005, 10);
  await becomes(cpu, 5);
  const onNode = { node: "node-1", hostIP: addresses[1]! };
  count("job", 4, 20, 15);
  cluster.setPod("job", { labels: { app: "job" }, ...onNode });
  count("late", 500, 20, -100);
  cluster.setPod("late", { labels: { app: "late" }, ...onNode });
  await becomes('kube_label_cpu_usage_seconds_total{label_app="job"}', 4);
  await becomes('kube_label_cpu_usage_cores{label_app="job"}', 0.8);
  await becomes(kubelets("read"), 2);
  count("late", 501, 30, -100);
  await becomes('kube_label_cpu_usage_seconds_total{label_app="late"}', 1);
});

it("a node that does not answer has no part in the sums once its samples are old", async () => {
  await run({}, { stale_after: "1s" });
  await becomes(kubelets("read"), 2);
  count("web-0", 1005, 10);
  count("web-1", 1010, 10);
  await becomes(cores, 1.5);
  nodes[1]!.isBroken = true;
  await becomes(kubelets("failed"), 1);
  let now = 10;
  await expect
    .poll(async () => {
      count("web-0", 1005 + ++now, now);
      return [await sample(cores), await sample('kube_label_unsampled_containers{label_app="web"}')];
    })
    .toEqual([1, 1]);
  nodes[0]!.isBroken = true;
  await becomes('exporterkit_collector_success{collector="kubernetes_usage"}', 0);
  await exporter.line(/node node-\d: socket hang up/);
});

it("a container whose sample stands still while others of its pod go on has no part in the sums", async () => {
  const containers = [{ name: "app" }, { name: "side" }];
  setting.server.cluster.setPod("web-0", { labels: { app: "web" }, node: "node-0", hostIP: addresses[0]!, containers });
  const side = { memory: 1024, started: start - 1000 };
  setting.server.cluster.counters.set("default/web-0/side", { ...side, cpuSeconds: 1000, at: start });
  await run();
  await becomes(kubelets("read"), 2);
  setting.server.cluster.counters.set("default/web-0/side", { ...side, cpuSeconds: 1010, at: start + 10 });
  count("web-0", 1005, 10);
  await becomes(cores, 1.5);
  count("web-0", 1050, 100);
  await becomes(cores, 0.5);
  expect(await sample('kube_label_unsampled_containers{label_app="web"}')).toBe(2);
});

it("no sample is left of pods that have ended", async () => {
  const oldest = "exporterkit_kubernetes_oldest_sample_age_seconds";
  await run();
  await becomes(kubelets("read"), 2);
  count("web-0", 1005, 10);
  count("web-1", 1010, 10);
  await becomes(cores, 1.5);
  expect(await sample(oldest)).toBeGreaterThanOrEqual(0);
  for (const [i, hostIP] of addresses.entries()) {
    setting.server.cluster.setPod(`web-${i}`, {
      labels: { app: "web" },
      node: `node-${i}`,
      hostIP,
      phase: i === 0 ? "Succeeded" : "Failed",
    });
  }
  await becomes(cores, undefined);
  await becomes(oldest, undefined);
});

it("a node whose answer never ends holds up none of the others, and the log says which it is", async () => {
  nodes[0]!.isEndless = true;
  await run({ concurrency: 1 }, { request_timeout: "500ms" });
  await becomes(kubelets("failed"), 1);
  expect(await sample(kubelets("read"))).toBe(1);
  await exporter.line(/1 of 2 kubelets were not read: node node-0: its turn was not over within 0\.5 s/);
  count("web-1", 1010, 10);
  await becomes(cores, 1);
  nodes[0]!.isEndless = false;
  await becomes(kubelets("read"), 2);
  await exporter.line(/the cluster answers again/);
});

it("without the right to nodes/metrics there is no usage, and the log says why", async () => {
  setting.server.access.allow("good", everything.slice(0, 2));
  await run();
  await exporter.line(/node node-\d: 403 Forbidden .*subresource.*metrics/);
  await becomes('exporterkit_collector_success{collector="kubernetes_usage"}', 0);
  await becomes('exporterkit_collector_success{collector="kubernetes_pods"}', 1);
});

it("certificates are checked, by an authority of the kubelets' own if need be, or not at all", async () => {
  const other = await makePair("another-ca");
  const file = join(setting.folder, "ca.pem");
  await writeFile(file, other.cert);
  await run({ ca_file: file });
  await exporter.line(
    /node node-\d: unable to verify the first certificate; name the authority of the kubelets' certificates in kubelet\.ca_file/,
  );
  await exporter.stop();
  await run({ ca_file: file, insecure_skip_verify: true });
  await becomes(kubelets("read"), 2);
});

it("the API server passes requests on, to who may ask that of it", async () => {
  await run({ via: "api_server" });
  await exporter.line(/cannot get resource .*nodes.*proxy/);
  setting.server.access.allow("good", [...everything, { verbs: ["get"], resources: ["nodes/proxy"] }]);
  await becomes(kubelets("read"), 2);
  count("web-0", 1005, 10);
  await becomes(cpu, 5);
});
