import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execFile } from "node:child_process";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parse } from "yaml";
import { exporterkit } from "../child.ts";
import { startKubernetesExporter, startSetting, sums } from "../kubernetes/exporter.ts";
import type { Grant } from "../kubernetes/fake-access.ts";
import { hasKubernetesTools } from "../kubernetes/kubernetes-tools.ts";
import { type Manifest, mistakesOf } from "./kubernetes-schema.ts";
import { helm, kustomized, podTemplates, templated } from "./rendered.ts";

const everything = {
  "podMonitor.enabled": true,
  "podMonitor.labels": { release: "prometheus" },
  "podMonitor.interval": "30s",
  "serviceMonitor.enabled": true,
  "serviceMonitor.interval": "30s",
  imagePullSecrets: [{ name: "registry" }],
  "pods.tolerations": [{ key: "a", operator: "Exists" }],
  "pods.nodeSelector": { disk: "fast", "kubernetes.io/os": "linux" },
  "host.priorityClassName": "system-node-critical",
};
const renderings: readonly (readonly [name: string, render: () => Promise<Manifest[]>])[] = [
  ...["host", "pods", "pods-sharded", "single-namespace", "monitors"].map(
    (name) => [`kustomize ${name}`, () => kustomized(name)] as const,
  ),
  ["helm", () => templated()],
  ["helm with everything", () => templated(everything)],
  ["helm with shards", () => templated({ "pods.shards": 3, "host.enabled": false })],
  ["helm for namespaces", () => templated({ "pods.namespaces": ["a", "b"], "networkPolicy.enabled": false })],
  ["helm with kubelets", () => templated({ "pods.usage": "kubelet" })],
  [
    "helm without configurations",
    () => templated({ "pods.config": null, "host.config": null, "pods.usage": "kubelet" }),
  ],
  [
    "helm with names that look like numbers",
    () =>
      templated(
        {
          "pods.namespaces": ["123", "true"],
          "networkPolicy.prometheusNamespace": "1e3",
          "podMonitor.enabled": true,
          "host.priorityClassName": "0",
        },
        { name: "42", namespace: "0x1f" },
      ),
  ],
  ["helm for hosts alone", () => templated({ "pods.enabled": false, scrapeAnnotations: false })],
];

describe.skipIf(!hasKubernetesTools)("deploy/kubernetes (needs Linux on x64)", () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "exporterkit-deploy-"));
  });
  afterAll(() => rm(folder, { recursive: true }));

  describe.each(renderings)("%s", (_, render) => {
    let manifests: Manifest[];
    beforeAll(async () => {
      manifests = await render();
    });

    it("is what the schemas of Kubernetes and of the Prometheus operator demand", () => {
      expect(manifests.length).toBeGreaterThan(1);
      expect(manifests.flatMap((manifest) => mistakesOf(manifest).map((text) => `${manifest.kind}: ${text}`))).toEqual(
        [],
      );
    });

    it("runs as nobody, without rights, on a file system that it cannot write to", () => {
      for (const { spec } of podTemplates(manifests)) {
        expect(spec.securityContext).toMatchObject({
          runAsNonRoot: true,
          runAsUser: 65_532,
          seccompProfile: { type: "RuntimeDefault" },
        });
        for (const field of ["hostPID", "hostIPC", "initContainers", "shareProcessNamespace"]) {
          expect(spec[field]).toBeUndefined();
        }
        for (const container of spec.containers) {
          expect(container["securityContext"]).toEqual({
            allowPrivilegeEscalation: false,
            readOnlyRootFilesystem: true,
            capabilities: { drop: ["ALL"] },
          });
          const startup = container["startupProbe"] as { periodSeconds: number; failureThreshold: number };
          expect(startup).toMatchObject({ httpGet: { path: "/-/healthy", port: "metrics" } });
          expect(startup.periodSeconds * startup.failureThreshold).toBeGreaterThanOrEqual(60);
          expect(container["livenessProbe"]).toMatchObject({ httpGet: { path: "/-/healthy", port: "metrics" } });
          expect(container["readinessProbe"]).toMatchObject({ httpGet: { path: "/-/ready", port: "metrics" } });
          expect(container["resources"]).toMatchObject({ limits: { memory: expect.any(String) as string } });
          const mounts = container["volumeMounts"] as { readOnly?: boolean }[];
          expect(mounts.every(({ readOnly }) => readOnly === true)).toBe(true);
        }
        const hostPaths = spec.volumes.filter(({ hostPath }) => hostPath !== undefined);
        // Whoever sees the host has nothing to say to the API server.
        if (hostPaths.length > 0) expect(spec["automountServiceAccountToken"]).toBe(false);
        expect(spec["hostNetwork"] === true).toBe(hostPaths.length > 0);
      }
    });

    it("belongs together: accounts, configurations and selectors are there", () => {
      const names = (kind: string): string[] =>
        manifests.filter((one) => one.kind === kind).map(({ metadata }) => metadata.name);
      for (const { metadata, spec } of podTemplates(manifests)) {
        expect(names("ServiceAccount")).toContain(spec["serviceAccountName"]);
        for (const { configMap } of spec.volumes)
          if (configMap !== undefined) expect(names("ConfigMap")).toContain(configMap.name);
        for (const { kind, spec: of } of manifests) {
          if (!["DaemonSet", "Deployment", "StatefulSet"].includes(kind)) continue;
          const { matchLabels } = (of as { selector: { matchLabels: Record<string, string> } }).selector;
          const isOwn = Object.entries(matchLabels).every(([name, value]) => metadata.labels[name] === value);
          expect(isOwn).toBe(
            matchLabels["app.kubernetes.io/component"] === metadata.labels["app.kubernetes.io/component"],
          );
        }
      }
    });

    it("has configurations that the exporter takes", async () => {
      for (const { kind, data } of manifests) {
        if (kind !== "ConfigMap") continue;
        const file = join(folder, "exporterkit.yml");
        await writeFile(file, (data as Record<string, string>)["exporterkit.yml"]!);
        expect(await check(file)).toBe("");
      }
    });

    it("never asks for nodes/proxy, nor to change anything", () => {
      for (const { kind, rules } of manifests) {
        if (kind !== "ClusterRole" && kind !== "Role") continue;
        for (const { resources, verbs } of rules as { resources: string[]; verbs: string[] }[]) {
          expect(["pods", "nodes/metrics"]).toEqual(expect.arrayContaining(resources));
          expect(["get", "list", "watch"]).toEqual(expect.arrayContaining(verbs));
        }
      }
    });
  });

  it.each([
    ["kustomize pods", () => kustomized("pods"), {}],
    ["kustomize single-namespace", () => kustomized("single-namespace"), { namespaces: ["shop"] }],
    ["helm", () => templated({ "host.enabled": false }), {}],
    ["helm for namespaces", () => templated({ "pods.namespaces": ["shop"] }), { namespaces: ["shop"] }],
  ] as const)("the rights of %s are enough", async (_, render, config) => {
    const setting = await startSetting();
    setting.server.access.allow("good", grantsOf(await render()));
    setting.server.cluster.setPod("a", { namespace: "shop", usage: { app: { cpu: "1", memory: "1Mi" } } });
    const exporter = await startKubernetesExporter(setting, config);
    const found = sums(await exporter.samples());
    const watched = setting.server.requests.filter((request) => request.includes("watch=true"));
    await exporter.stop();
    await setting.dispose();
    expect(found).toMatchObject({ 'kube_label_cpu_usage_cores{namespace="shop"}': 1 });
    expect(watched).toHaveLength(1);
  });

  it("shards are as many as there are replicas", async () => {
    for (const manifests of [await kustomized("pods-sharded"), await templated({ "pods.shards": 5 })]) {
      const set = manifests.find(({ kind }) => kind === "StatefulSet");
      const { replicas } = set!["spec"] as { replicas: number };
      expect(podTemplates([set!])[0]!.spec.containers[0]!["args"]).toContain(`--total-shards=${replicas}`);
      expect(manifests.some(({ kind }) => kind === "Deployment")).toBe(false);
    }
  });

  it("whatever monitors there are, nothing is scraped by two of them", async () => {
    for (const values of [everything, { "podMonitor.enabled": true }, { "serviceMonitor.enabled": true }]) {
      const monitored = (await templated(values))
        .filter(({ kind }) => kind.endsWith("Monitor"))
        .map(({ spec }) => (spec as { selector: { matchLabels: Record<string, string> } }).selector.matchLabels);
      const components = monitored.map((labels) => labels["app.kubernetes.io/component"]);
      expect(components).toContain("pods");
      expect(new Set(components).size).toBe(components.length);
    }
  });

  it("file systems of a node are its own, and not what its pods have mounted", async () => {
    for (const manifests of [await kustomized("host"), await templated()]) {
      const { data } = manifests.find(({ kind, metadata }) => kind === "ConfigMap" && metadata.name.endsWith("-host"))!;
      const config = parse((data as Record<string, string>)["exporterkit.yml"]!) as HostConfig;
      const excluded = new RegExp(config.modules.host.collectors.filesystem["mount-points-exclude"]);
      const all = [
        "/",
        "/boot/efi",
        "/run",
        "/var/lib/kubelet",
        "/var/lib/containerd",
        "/var/lib/kubelet/pods/0f/volumes/kubernetes.io~projected/kube-api-access-x",
        "/run/containerd/io.containerd.grpc.v1.cri/sandboxes/0f/shm",
        "/run/containers/storage/overlay-containers/0f/userdata/shm",
        "/run/k3s/containerd/io.containerd.grpc.v1.cri/sandboxes/0f/shm",
        "/var/lib/docker/containers/0f/mounts/shm",
        "/dev/shm",
        "/run/credentials/a.service",
      ];
      expect(all.filter((mount) => !excluded.test(mount))).toEqual(all.slice(0, 5));
    }
  });

  it("the exporter may reach kubelets at the port that they are asked at", async () => {
    const manifests = await templated({ "pods.usage": "kubelet", "pods.config": { kubelet: { port: 10_255 } } });
    const policy = manifests.find(({ kind }) => kind === "NetworkPolicy")!;
    const { egress } = policy["spec"] as { egress: { ports: { port: number }[] }[] };
    expect(egress.flatMap(({ ports }) => ports.map(({ port }) => port))).toContain(10_255);
  });

  it("the chart passes helm's own judgement, and says what does not go together", async () => {
    expect(await helm("lint", {})).toMatchObject({ code: 0 });
    expect((await helm("template", { "pods.namespaces": ["a"], "pods.usage": "kubelet" })).stderr).toContain(
      "pods.usage: kubelet needs rights in the whole cluster; leave pods.namespaces empty, or set pods.usage to metrics_api",
    );
    expect((await helm("template", { "pods.config": { usage: "none" } })).stderr).toContain("set pods.usage instead");
    expect((await helm("template", { "host.config": { paths: {} } })).stderr).toContain("leave it out");
    expect((await helm("template", { "pods.shard": 2 })).stderr).toContain("additional properties 'shard' not allowed");
  });
});

it("what is wrong with a manifest is noticed", () => {
  const metadata = { name: "a" };
  const container = { name: "a", imag: "b", ports: [{ containerPort: "http" }] };
  const pod = { metadata: { labels: { a: "b" } }, spec: { containers: [container] } };
  const spec = { selector: { matchLabels: { a: "b" } }, template: pod };
  expect(mistakesOf({ apiVersion: "apps/v1", kind: "DaemonSet", metadata, spec })).toEqual([
    expect.stringContaining("containerPort must be integer"),
    ".spec.template.spec.containers[0].imag is unknown",
  ]);
  const empty = { apiVersion: "monitoring.coreos.com/v1", kind: "ServiceMonitor", metadata, spec: {} };
  expect(mistakesOf(empty)).toEqual([expect.stringContaining("must have required property endpoints")]);
  expect(mistakesOf({ apiVersion: "apps/v1", kind: "Daemon", metadata })).toEqual(["there is no Daemon of apps/v1"]);
});

/** What is looked at of the configuration of nodes. */
interface HostConfig {
  readonly modules: {
    readonly host: {
      readonly collectors: { readonly filesystem: { readonly "mount-points-exclude": string } };
    };
  };
}

/** What the exporter says of a configuration; nothing if it is right. */
function check(file: string): Promise<string> {
  return new Promise((resolve) => {
    execFile(exporterkit, ["check", file], (_, __, stderr) => resolve(stderr));
  });
}

/** What roles grant to those whom they are bound to. */
function grantsOf(manifests: readonly Manifest[]): Grant[] {
  return manifests.flatMap(({ kind, metadata, rules }) => {
    if (kind !== "ClusterRole" && kind !== "Role") return [];
    return (rules as { apiGroups: string[]; resources: string[]; verbs: string[] }[]).map(
      ({ apiGroups, resources, verbs }) => ({
        verbs,
        resources: resources.map((resource) => (apiGroups[0] === "" ? resource : `${resource}.${apiGroups[0]}`)),
        ...(kind === "Role" && { namespace: metadata.namespace! }),
      }),
    );
  });
}
