import { readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { everything } from "./fake-access.ts";
import {
  type FakeSetting,
  type KubernetesExporter,
  startKubernetesExporter,
  startSetting,
  sums,
  writeKubeconfig,
} from "./exporter.ts";

// Short, so that nobody waits; what they are to each other is what it is by default.
const bounds = {
  group_by: ["label:app"],
  usage_interval: "100ms",
  stale_after: "3s",
  request_timeout: "500ms",
  stalled_after: "600ms",
  max_backoff: "100ms",
};
const web = 'kube_label_pods{label_app="web",phase="Running"}';
const cores = 'kube_label_cpu_usage_cores{label_app="web"}';
const age = (resource: string): string => `exporterkit_kubernetes_data_age_seconds{resource="${resource}"}`;
const succeeded = (collector: string): string => `exporterkit_collector_success{collector="${collector}"}`;
const failures = (resource: string, reason: string): string =>
  `exporterkit_kubernetes_request_failures_total{resource="${resource}",reason="${reason}"}`;
const restarts = (reason: string): string => `exporterkit_kubernetes_watch_restarts_total{reason="${reason}"}`;

let setting: FakeSetting;
let exporter: KubernetesExporter;
beforeEach(async () => {
  setting = await startSetting();
  setting.server.bookmarkMilliseconds = 100;
  setting.server.access.allow("good", everything);
  for (let i = 0; i < 5; i++) setPod(`web-${i}`);
});
afterEach(async () => {
  await exporter.stop();
  await setting.dispose();
});

const setPod = (name: string): void =>
  setting.server.cluster.setPod(name, { labels: { app: "web" }, usage: { app: { cpu: "100m", memory: "1Mi" } } });
const start = async (config: object = {}): Promise<void> => {
  exporter = await startKubernetesExporter(setting, { ...bounds, ...config });
};
const sample = async (name: string): Promise<number | undefined> => (await exporter.samples()).get(name);
const becomes = async (name: string, value: number | undefined): Promise<void> =>
  await expect.poll(async () => await sample(name), { interval: 20 }).toBe(value);
const exceeds = async (name: string, value: number): Promise<void> =>
  await expect.poll(async () => (await sample(name)) ?? 0, { interval: 20 }).toBeGreaterThan(value);

describe("the API server", () => {
  it("is gone: what is known grows old, then is not served, and all is well when it is back", async () => {
    await start();
    await becomes(cores, 0.5);
    await setting.server.stop();
    const aging = async (): Promise<boolean> => {
      const samples = await exporter.samples();
      return samples.get(age("pods"))! > 0.5 && samples.get(web) === 5 && samples.get(cores) === 0.5;
    };
    await expect.poll(aging, { interval: 20 }).toBe(true);
    await becomes(succeeded("kubernetes_pods"), 0);
    const old = await exporter.samples();
    expect(sums(old)).toEqual({});
    expect(old.get(succeeded("kubernetes_usage"))).toBe(0);
    expect(old.get("exporterkit_kubernetes_stale_after_seconds")).toBe(3);
    expect(old.get(failures("pods", "connection"))).toBeGreaterThan(2);
    expect(
      (await exporter.line(/"?pods: nothing heard for [34] s, and stale_after is 3 s: .*ECONNREFUSED/))[0],
    ).toBeTruthy();
    setting.server.cluster.deletePod("web-0");
    await setting.server.start();
    await becomes(web, 4);
    await becomes(cores, 0.4);
    await exporter.line(/the cluster answers again/);
  });

  it("is not there yet when the exporter starts", async () => {
    await setting.server.stop();
    await start();
    await becomes(succeeded("kubernetes_pods"), 0);
    await exporter.line(/pods: not read yet: .*ECONNREFUSED/);
    await setting.server.start();
    await becomes(cores, 0.5);
  });

  it("is gone for a while, or has too much to do: it is not asked for everything anew", async () => {
    await start();
    await becomes(web, 5);
    await setting.server.stop();
    await exceeds(failures("pods", "connection"), 4);
    await setting.server.start();
    setPod("web-5");
    await becomes(web, 6);
    setting.server.faults.refuse = () => 429;
    setting.server.breakConnections();
    await exceeds(failures("pods", "throttled"), 4);
    setting.server.faults.refuse = undefined;
    setPod("web-6");
    await becomes(web, 7);
    expect(await sample('exporterkit_kubernetes_lists_total{resource="pods"}')).toBe(1);
  });

  it("says that something is wrong with it, breaks off, talks nonsense, and is slow", async () => {
    setting.server.faults.breaksLists = true;
    await start({ page_size: 2 });
    await exceeds(failures("pods", "connection"), 1);
    setting.server.faults.breaksLists = false;
    await becomes(web, 5);
    setting.server.faults.refuse = () => 503;
    setting.server.breakConnections();
    await exceeds(failures("pods", "server_error"), 1);
    setting.server.faults.refuse = undefined;
    setPod("web-5");
    await becomes(web, 6);
    setting.server.faults.garbles = true;
    setting.server.breakConnections();
    await exceeds(failures("pods", "malformed"), 1);
    setting.server.faults.garbles = false;
    setting.server.faults.slowness = 1;
    setPod("web-6");
    await becomes(web, 7);
    await becomes(cores, 0.7);
  });
});

describe("a watch", () => {
  it("breaks in the middle of a line, and goes on from where it was", async () => {
    await start();
    await becomes(web, 5);
    const lists = await sample('exporterkit_kubernetes_lists_total{resource="pods"}');
    setting.server.breakWatches();
    setPod("web-5");
    setting.server.cluster.deletePod("web-0");
    setting.server.cluster.deletePod("web-1");
    await becomes(web, 4);
    expect(await sample('exporterkit_kubernetes_lists_total{resource="pods"}')).toBe(lists);
    expect(await sample(restarts("failed"))).toBe(1);
  });

  it("is silent though its connection stays: that is noticed, and nothing is missed", async () => {
    await start();
    await becomes(web, 5);
    setting.server.faults.stallsWatches = true;
    setPod("web-5");
    await exceeds(age("pods"), 0.3);
    await exceeds(restarts("stalled"), 0);
    setting.server.faults.stallsWatches = false;
    await becomes(web, 6);
  });

  it("gets no answer at all: that is noticed as soon as of any request", async () => {
    await start({ stalled_after: "60s" });
    await becomes(web, 5);
    setting.server.faults.ignoresWatches = true;
    setting.server.breakConnections();
    setPod("web-5");
    await becomes(web, 6);
    expect(await sample(failures("pods", "timeout"))).toBeGreaterThan(0);
  });

  it("is told that what it knew is forgotten, lists again, and has nothing twice nor what is gone", async () => {
    await start({ page_size: 2 });
    await becomes(web, 5);
    await setting.server.stop();
    const { cluster } = setting.server;
    cluster.deletePod("web-0");
    cluster.deletePod("web-1");
    // Another pod by the name of one that is gone.
    setPod("web-1");
    cluster.compact();
    await setting.server.start();
    await becomes(web, 4);
    await becomes(cores, 0.4);
    expect(await sample(restarts("gone"))).toBeGreaterThan(0);
    setPod("web-9");
    await becomes(web, 5);
  });

  it("ends when its time is up, which is no failure", async () => {
    await start({ watch_timeout: "500ms", stalled_after: "10s" });
    await exceeds(restarts("timeout"), 0);
    setPod("web-5");
    await becomes(web, 6);
    expect(await sample(failures("pods", "connection"))).toBe(0);
  });

  it("is forbidden: lists take its place", async () => {
    setting.server.access.allow("good", [
      { verbs: ["list"], resources: ["pods"] },
      { verbs: ["list"], resources: ["pods.metrics.k8s.io"] },
    ]);
    await start();
    await becomes(web, 5);
    setPod("web-5");
    await becomes(web, 6);
    expect(await sample(failures("pods", "forbidden"))).toBeGreaterThan(0);
  });
});

it("a page that is no longer known has the list read in one piece", async () => {
  setting.server.faults.expiresPages = true;
  let isDeleted = false;
  setting.server.faults.refuse = (url) => {
    // It was on the page that has been read.
    if (!isDeleted && url.searchParams.has("continue")) setting.server.cluster.deletePod("web-0");
    isDeleted ||= url.searchParams.has("continue");
    return undefined;
  };
  await start({ page_size: 2 });
  await becomes(web, 4);
  expect(await sample(failures("pods", "gone"))).toBe(1);
});

describe("rights and credentials", () => {
  it("are taken away, and given back", async () => {
    await start();
    await becomes(cores, 0.5);
    setting.server.access.allow("good", [{ verbs: ["get", "list", "watch"], resources: ["pods"] }]);
    await exceeds(failures("usage", "forbidden"), 0);
    await exceeds(age("usage"), 0.3);
    await becomes(succeeded("kubernetes_usage"), 0);
    const without = await exporter.samples();
    expect(without.get(web)).toBe(5);
    expect(without.get(cores)).toBeUndefined();
    expect(without.get(succeeded("kubernetes_pods"))).toBe(1);
    await exporter.line(/cannot list resource .*pods.* in API group .*metrics.k8s.io.* at the cluster scope/);
    setting.server.access.allow("good", everything);
    await becomes(cores, 0.5);
  });

  it("expire, and are read anew where they are kept", async () => {
    await start();
    await becomes(cores, 0.5);
    setting.server.access.expire("good");
    setting.server.breakConnections();
    await exceeds(failures("pods", "unauthorized"), 0);
    setting.server.access.allow("better", everything);
    await writeKubeconfig(setting.kubeconfig, setting.server.url, setting.authority, { token: "better" });
    setPod("web-5");
    await becomes(web, 6);
    await becomes(cores, 0.6);
  });

  it("come from a file, which is read again once they are refused", async () => {
    const tokenFile = join(setting.folder, "token");
    await writeFile(tokenFile, "good\n");
    const user = { "auth-provider": { name: "tokenFile", config: { tokenFile } } };
    await writeKubeconfig(setting.kubeconfig, setting.server.url, setting.authority, user);
    await start();
    await becomes(web, 5);
    setting.server.access.expire("good");
    setting.server.access.allow("better", everything);
    await writeFile(tokenFile, "better\n");
    setting.server.breakConnections();
    setPod("web-5");
    await becomes(web, 6);
  });

  it("are never told to anybody, however wrong they are", async () => {
    const exec = {
      apiVersion: "client.authentication.k8s.io/v1",
      command: "echo",
      args: ["s3cret"],
      interactiveMode: "Never",
    };
    await writeKubeconfig(setting.kubeconfig, setting.server.url, setting.authority, { exec });
    await start();
    await exporter.line(/no credentials: what the credential plugin printed is no JSON/);
    expect(await sample(failures("pods", "credentials"))).toBeGreaterThan(0);
    await exporter.stop();
    await expect(exporter.line(/s3cret/)).rejects.toThrow("ended without");
  });

  it("come from a program that hangs, and all is well when it ends", async () => {
    const token = join(setting.folder, "token");
    const runs = join(setting.folder, "runs");
    const exec = {
      apiVersion: "client.authentication.k8s.io/v1",
      command: "sh",
      args: [
        "-c",
        'echo >>"$0"; until [ -e "$1" ] || [ $((i += 1)) -gt 600 ]; do sleep 0.1; done; cat "$1"',
        runs,
        token,
      ],
      interactiveMode: "Never",
    };
    await writeKubeconfig(setting.kubeconfig, setting.server.url, setting.authority, { exec });
    await start();
    await exporter.line(/no credentials: not done within 0\.5 s/);
    await exceeds(failures("pods", "credentials"), 2);
    // As many as there were failures would soon be too many.
    expect(await readFile(runs, "utf8")).toBe("\n");
    const status = { token: "good", expirationTimestamp: "2099-01-01T00:00:00Z" };
    const credential = { apiVersion: "client.authentication.k8s.io/v1", kind: "ExecCredential", status };
    await writeFile(`${token}.new`, JSON.stringify(credential));
    await rename(`${token}.new`, token);
    await becomes(web, 5);
  });

  it("come from a program, which is run again once its token is refused", async () => {
    const token = join(setting.folder, "token");
    const credential = (value: string): string =>
      JSON.stringify({
        apiVersion: "client.authentication.k8s.io/v1",
        kind: "ExecCredential",
        status: { token: value, expirationTimestamp: "2099-01-01T00:00:00Z" },
      });
    await writeFile(token, credential("good"));
    const exec = {
      apiVersion: "client.authentication.k8s.io/v1",
      command: "cat",
      args: [token],
      interactiveMode: "Never",
    };
    await writeKubeconfig(setting.kubeconfig, setting.server.url, setting.authority, { exec });
    await start();
    await becomes(web, 5);
    setting.server.access.expire("good");
    setting.server.access.allow("better", everything);
    await writeFile(token, credential("better"));
    setting.server.breakConnections();
    setPod("web-5");
    await becomes(web, 6);
  });
});

describe("clocks", () => {
  it.each([3_600_000, -3_600_000])("that are %d ms off make nothing old or new", async (skew) => {
    setting.server.cluster.now = () => Date.now() + skew;
    setting.server.cluster.setPod("late", { labels: { app: "web" }, usage: { app: { cpu: "100m", memory: "1Mi" } } });
    for (let i = 0; i < 5; i++) setting.server.cluster.deletePod(`web-${i}`);
    await start();
    await becomes(cores, 0.1);
    expect(await sample("exporterkit_kubernetes_oldest_sample_age_seconds")).toBeLessThan(3);
    await exceeds('exporterkit_kubernetes_lists_total{resource="usage"}', 20);
    expect(await sample(cores)).toBe(0.1);
  });

  it("that stand still make a sample old when its time is up, however seldom usage is read", async () => {
    const stopped = Date.now();
    setting.server.cluster.now = () => stopped;
    await start({ usage_interval: "2s" });
    const ages: number[] = [];
    const isServed = async (): Promise<boolean> => {
      const samples = await exporter.samples();
      if (samples.has(cores)) ages.push(samples.get("exporterkit_kubernetes_oldest_sample_age_seconds")!);
      return samples.has(cores);
    };
    await expect.poll(isServed, { interval: 20 }).toBe(true);
    await expect.poll(isServed, { interval: 20 }).toBe(false);
    // At the next read it would be 4.
    expect(Math.max(...ages)).toBeLessThan(3.1);
  });

  it("that stand still in the source make its samples old", async () => {
    await start();
    await becomes(cores, 0.5);
    const stopped = Date.now();
    setting.server.cluster.now = () => stopped;
    await exceeds("exporterkit_kubernetes_oldest_sample_age_seconds", 0.5);
    await becomes(cores, undefined);
    expect(await sample('kube_label_unsampled_containers{label_app="web"}')).toBe(5);
    setting.server.cluster.now = Date.now;
    await becomes(cores, 0.5);
  });
});
