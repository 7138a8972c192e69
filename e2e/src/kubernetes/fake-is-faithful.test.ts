import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import {
  ADD,
  AuthorizationV1Api,
  CoreV1Api,
  DELETE,
  KubeConfig,
  makeInformer,
  Metrics,
  UPDATE,
  type V1Pod,
  Watch,
} from "@kubernetes/client-node";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { everything } from "./fake-access.ts";
import { type FakeSetting, startSetting, writeKubeconfig } from "./exporter.ts";
import { hasKubernetesTools, kubernetesTool, runTool, type ToolAnswer } from "./kubernetes-tools.ts";

let setting: FakeSetting;
beforeEach(async () => {
  setting = await startSetting();
  setting.server.access.allow("good", everything);
  for (let i = 0; i < 5; i++) {
    const labels = { app: i < 3 ? "web" : "db", [`n${i}`]: "" };
    setting.server.cluster.setPod(`pod-${i}`, { labels, usage: { app: { cpu: `${i}m`, memory: "64Mi" } } });
  }
  setting.server.cluster.setPod("pod-0", { namespace: "other", labels: { app: "web" }, node: "node-2" });
});
afterEach(() => setting.dispose());

describe.skipIf(!hasKubernetesTools)("kubectl (needs Linux on x64) takes the fake for an API server", () => {
  const kubectl = (...args: string[]): Promise<ToolAnswer> =>
    runTool("kubectl", ["--kubeconfig", setting.kubeconfig, "--cache-dir", setting.folder, ...args], setting.folder);

  it("gets pods page by page, by labels and by fields", async () => {
    const names = async (...args: string[]): Promise<string[]> => {
      const { code, stdout, stderr } = await kubectl("get", "pods", "-o", "name", ...args);
      expect({ code, stderr: stderr.replaceAll(/No resources found.*\n/g, "") }).toEqual({ code: 0, stderr: "" });
      return stdout.trim().split("\n").filter(Boolean);
    };
    expect(await names("--all-namespaces", "--chunk-size=2")).toHaveLength(6);
    expect(setting.server.requests.filter((request) => request.includes("continue="))).toHaveLength(2);
    expect(await names("-l", "app=db")).toEqual(["pod/pod-3", "pod/pod-4"]);
    expect(await names("-l", "app in (db, cache),n3")).toEqual(["pod/pod-3"]);
    expect(await names("-l", "app!=web,!n3")).toEqual(["pod/pod-4"]);
    expect(await names("-A", "--field-selector", "spec.nodeName=node-2")).toEqual(["pod/pod-0"]);
    expect(await names("-n", "nowhere")).toEqual([]);
    expect(JSON.parse((await kubectl("get", "pod", "pod-1", "-o", "json")).stdout)).toMatchObject({
      kind: "Pod",
      metadata: { name: "pod-1", labels: { app: "web" } },
    });
  });

  it("says why pages, pods and rights are missing", async () => {
    expect((await kubectl("get", "pod", "none")).stderr).toBe('Error from server (NotFound): pods "none" not found\n');
    setting.server.faults.expiresPages = true;
    // It lists again in one piece.
    expect((await kubectl("get", "pods", "-A", "-o", "name", "--chunk-size=2")).stderr).toContain("too old");
    setting.server.access.allow("good", [{ verbs: ["list"], resources: ["pods"], namespace: "default" }]);
    expect((await kubectl("get", "pods", "-A")).stderr).toBe(
      'Error from server (Forbidden): pods is forbidden: User "system:serviceaccount:monitoring:exporterkit" cannot list resource "pods" in API group "" at the cluster scope\n',
    );
    setting.server.access.expire("good");
    expect((await kubectl("get", "pods")).stderr).toContain("You must be logged in to the server");
  });

  it("watches by labels", async () => {
    const args = ["--kubeconfig", setting.kubeconfig, "--cache-dir", setting.folder, "get", "pods", "-o", "name", "-w"];
    const child = spawn(kubernetesTool("kubectl"), [...args, "-l", "app=web"], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    const lines: string[] = [];
    createInterface(child.stdout).on("line", (line) => lines.push(line));
    await expect.poll(() => lines).toEqual(["pod/pod-0", "pod/pod-1", "pod/pod-2"]);
    setting.server.cluster.setPod("pod-3", { labels: { app: "web" } });
    setting.server.cluster.setPod("pod-4", { labels: { app: "db", more: "1" } });
    setting.server.cluster.deletePod("pod-1");
    await expect.poll(() => lines).toEqual(["pod/pod-0", "pod/pod-1", "pod/pod-2", "pod/pod-3", "pod/pod-1"]);
    child.kill();
    await once(child, "exit");
  });

  it("tops pods", async () => {
    const { stdout, stderr } = await kubectl("top", "pods", "--sort-by=cpu", "--no-headers");
    expect(stderr).toBe("");
    expect(
      stdout
        .trim()
        .split("\n")
        .map((line) => line.trim().split(/\s+/)),
    ).toEqual([4, 3, 2, 1, 0].map((i) => [`pod-${i}`, `${i}m`, "64Mi"]));
  });
});

describe("the official client for Node.js takes the fake for an API server", () => {
  let config: KubeConfig;
  beforeEach(() => {
    config = new KubeConfig();
    config.loadFromFile(setting.kubeconfig);
  });

  it("lists page by page, and reads metrics", async () => {
    const api = config.makeApiClient(CoreV1Api);
    const first = await api.listPodForAllNamespaces({ limit: 4 });
    expect(first.items).toHaveLength(4);
    expect(first.metadata).toMatchObject({ remainingItemCount: 2 });
    const rest = await api.listPodForAllNamespaces({ limit: 4, _continue: first.metadata!._continue! });
    expect(rest.items).toHaveLength(2);
    expect(rest.metadata!._continue).toBeUndefined();
    const { items } = await new Metrics(config).getPodMetrics("default");
    expect(items).toHaveLength(5);
    expect(items[1]).toMatchObject({ metadata: { name: "pod-1" }, containers: [{ usage: { cpu: "1m" } }] });
  });

  it("informs of what happens, also after what it knew is forgotten", async () => {
    const api = config.makeApiClient(CoreV1Api);
    const informer = makeInformer(config, "/api/v1/namespaces/default/pods", () =>
      api.listNamespacedPod({ namespace: "default" }),
    );
    const told: string[] = [];
    for (const verb of [ADD, UPDATE, DELETE] as const) {
      informer.on(verb, (pod: V1Pod) => told.push(`${verb} ${pod.metadata!.name}`));
    }
    await informer.start();
    await expect.poll(() => told).toHaveLength(5);
    setting.server.cluster.setPod("pod-0", { labels: { app: "moved" } });
    await expect.poll(() => told).toContain("update pod-0");
    setting.server.cluster.deletePod("pod-1");
    await expect.poll(() => told).toContain("delete pod-1");
    await informer.stop();
  });

  it("is told in an event that a version is too old, and gets bookmarks", async () => {
    const old = setting.server.cluster.version;
    setting.server.cluster.compact();
    const watch = async (resourceVersion: string): Promise<string> =>
      await new Promise((resolve, reject) => {
        const query = { resourceVersion, allowWatchBookmarks: true, timeoutSeconds: 1 };
        const take = (type: string, object: { code?: number }): void => resolve(`${type} ${object.code ?? ""}`);
        new Watch(config).watch("/api/v1/pods", query, take, reject).catch(reject);
      });
    expect(await watch(String(old))).toBe("ERROR 410");
    expect(await watch(String(setting.server.cluster.version))).toBe("BOOKMARK ");
  });

  it("is told what may be done", async () => {
    const api = config.makeApiClient(AuthorizationV1Api);
    const may = async (verb: string, resource: string, subresource = ""): Promise<boolean> => {
      const spec = { resourceAttributes: { verb, resource, subresource } };
      return (await api.createSelfSubjectAccessReview({ body: { spec } })).status!.allowed;
    };
    expect(await may("watch", "pods")).toBe(true);
    expect(await may("get", "nodes", "metrics")).toBe(true);
    expect(await may("get", "nodes", "proxy")).toBe(false);
  });

  it("is refused without a token that counts", async () => {
    config.loadFromFile(
      await writeKubeconfig(`${setting.folder}/bad.yml`, setting.server.url, setting.authority, { token: "bad" }),
    );
    await expect(config.makeApiClient(CoreV1Api).listPodForAllNamespaces()).rejects.toMatchObject({ code: 401 });
  });
});
