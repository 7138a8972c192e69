import { afterAll, beforeAll, expect, it } from "vitest";
import { everything } from "./fake-access.ts";
import { type FakeSetting, type KubernetesExporter, startKubernetesExporter, startSetting, sums } from "./exporter.ts";

let setting: FakeSetting;
let exporter: KubernetesExporter;
beforeAll(async () => {
  setting = await startSetting();
  setting.server.access.allow("good", everything);
  const app = { labels: { app: "web" }, containers: [{ name: "app", requests: { cpu: "500m", memory: "1Gi" } }] };
  const { cluster } = setting.server;
  cluster.setPod("web-0", { ...app, usage: { app: { cpu: "250m", memory: "512Mi" } } });
  cluster.setPod("web-1", { ...app, usage: { app: { cpu: "125000000n", memory: "131072Ki" } } });
  cluster.setPod("bare", { usage: { app: { cpu: "0", memory: "1k" } } });
  cluster.setPod("waits", { ...app, phase: "Pending", node: "" });
  exporter = await startKubernetesExporter(setting, { group_by: ["label:app"], page_size: 2, usage_interval: "100ms" });
});
afterAll(async () => {
  await exporter.stop();
  await setting.dispose();
});

it("adds up pods by a label", async () => {
  expect(sums(await exporter.samples())).toEqual({
    'kube_label_pods{label_app="web",phase="Running"}': 2,
    'kube_label_pods{label_app="web",phase="Pending"}': 1,
    'kube_label_pods{label_app="",phase="Running"}': 1,
    'kube_label_cpu_request_cores{label_app="web"}': 1.5,
    'kube_label_cpu_request_cores{label_app=""}': 0,
    'kube_label_memory_request_bytes{label_app="web"}': 3 * 2 ** 30,
    'kube_label_memory_request_bytes{label_app=""}': 0,
    'kube_label_cpu_usage_cores{label_app="web"}': 0.375,
    'kube_label_cpu_usage_cores{label_app=""}': 0,
    'kube_label_memory_working_set_bytes{label_app="web"}': 640 * 2 ** 20,
    'kube_label_memory_working_set_bytes{label_app=""}': 1000,
    'kube_label_sampled_pods{label_app="web"}': 2,
    'kube_label_sampled_pods{label_app=""}': 1,
    'kube_label_unsampled_containers{label_app="web"}': 0,
    'kube_label_unsampled_containers{label_app=""}': 0,
    'kube_label_cpu_usage_requested_cores{label_app="web"}': 0.375,
    'kube_label_cpu_request_sampled_cores{label_app="web"}': 1,
    'kube_label_memory_working_set_requested_bytes{label_app="web"}': 640 * 2 ** 20,
    'kube_label_memory_request_sampled_bytes{label_app="web"}': 2 ** 31,
  });
});

it("follows what happens", async () => {
  const { cluster } = setting.server;
  cluster.setPod("bare", { labels: { app: "web" }, usage: { app: { cpu: "1", memory: "1k" } } });
  cluster.deletePod("web-0");
  await expect
    .poll(async () => sums(await exporter.samples()))
    .toMatchObject({
      'kube_label_pods{label_app="web",phase="Running"}': 2,
      'kube_label_cpu_usage_cores{label_app="web"}': 1.125,
    });
  expect(Object.keys(sums(await exporter.samples())).filter((name) => name.includes('""'))).toEqual([]);
});
