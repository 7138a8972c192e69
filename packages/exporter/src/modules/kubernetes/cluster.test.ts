import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { PodObject } from "./api-objects.ts";
import { Cluster } from "./cluster.ts";
import { columnCount, columns, writeContribution } from "./columns.ts";
import { parseGroupKey } from "./group-key.ts";
import { Grouping } from "./grouping.ts";
import { phases } from "./pod.ts";
import type { PodUsage } from "./pod-usage.ts";
import { Shard } from "./shard.ts";

const cores = 1e9;

/** A pod in short: its namespace and name, and what matters of the rest. */
function pod(
  path: string,
  more: { uid?: string; phase?: string; labels?: object; metadata?: object; spec?: object; running?: string[] } = {},
): PodObject {
  const [namespace, name] = path.split("/");
  const { uid = path, phase = "Running", labels = {}, metadata = {}, spec = {}, running = ["app"] } = more;
  return {
    metadata: { namespace: namespace!, name: name!, uid, labels: labels as Record<string, string>, ...metadata },
    spec: { containers: [{ name: "app" }], ...spec },
    status: { phase, containerStatuses: running.map((of) => ({ name: of, state: { running: {} } })) },
  };
}

function uses(cpu: number, memory = 0, names: readonly string[] = ["app"]): PodUsage {
  return { names, cpu: names.map(() => cpu), memory: names.map(() => memory), timestamp: 0, takenAt: 0 };
}

function clusterBy(...keys: string[]): Cluster {
  return new Cluster({ groupings: [new Grouping({ keys: keys.map(parseGroupKey) })], maxGroups: 100 });
}

/** A column of each group, by its values. */
function column(cluster: Cluster, at: number, grouping = 0): Record<string, number> {
  return Object.fromEntries(cluster.groupsOf(grouping).map(({ values, sums }) => [values.join("|"), sums.at(at)]));
}

const running = columns.pods + phases.indexOf("Running");

describe("pods in, sums out", () => {
  it.each<[what: string, keys: string[], pods: PodObject[], groups: Record<string, number>]>([
    [
      "one label",
      ["label:app"],
      [pod("a/1", { labels: { app: "web" } }), pod("a/2", { labels: { app: "web" } })],
      { web: 2 },
    ],
    [
      "pods without the label, and with an empty one",
      ["label:app"],
      [pod("a/1"), pod("a/2", { labels: { app: "" } })],
      { "": 2 },
    ],
    ["labels of any writing", ["label:app"], [pod("a/1", { labels: { app: "größe-Ω-🚀" } })], { "größe-Ω-🚀": 1 }],
    ["labels called as what objects have", ["label:constructor"], [pod("a/1")], { "": 1 }],
    ["two namespaces with the same name", ["namespace"], [pod("a/1"), pod("b/1")], { a: 1, b: 1 }],
    [
      "several keys",
      ["namespace", "label:app"],
      [pod("a/1"), pod("a/2", { labels: { app: "x" } })],
      { "a|": 1, "a|x": 1 },
    ],
    ["nodes", ["node"], [pod("a/1", { spec: { nodeName: "n1" } }), pod("a/2")], { n1: 1, "": 1 }],
    ["annotations", ["annotation:x/y"], [pod("a/1", { metadata: { annotations: { "x/y": "z" } } })], { z: 1 }],
    [
      "annotations that are too long",
      ["annotation:x"],
      [pod("a/1", { metadata: { annotations: { x: "y".repeat(300) } } })],
      { [`${"y".repeat(255)}…`]: 1 },
    ],
    [
      "owners: what controls a pod, and the Deployment behind a ReplicaSet",
      ["owner"],
      [
        pod("a/1", {
          labels: { "pod-template-hash": "5d4f" },
          metadata: { ownerReferences: [{ kind: "ReplicaSet", name: "web-5d4f", controller: true }] },
        }),
        pod("a/2", { metadata: { ownerReferences: [{ kind: "ReplicaSet", name: "bare", controller: true }] } }),
        pod("a/3", {
          metadata: {
            ownerReferences: [
              { kind: "Thing", name: "other" },
              { kind: "StatefulSet", name: "db", controller: true },
            ],
          },
        }),
        pod("a/4"),
      ],
      { "Deployment|web": 1, "ReplicaSet|bare": 1, "StatefulSet|db": 1, "|": 1 },
    ],
    [
      "what has no name, no UID or no metadata is passed over",
      ["namespace"],
      [{}, { metadata: { name: "x" } }, pod("a/1")],
      { a: 1 },
    ],
  ])("%s", (_, keys, pods, groups) => {
    const cluster = clusterBy(...keys);
    for (const each of pods) cluster.set(each, 0, 1);
    expect(column(cluster, running)).toEqual(groups);
  });

  it("counts what has no sample as unknown, and what has ended for nothing", () => {
    const cluster = clusterBy("namespace");
    const requests = { containers: [{ name: "app", resources: { requests: { cpu: "1" } } }] };
    cluster.set(pod("a/runs", { spec: requests }), 0, 1);
    cluster.set(pod("a/unknown", { spec: requests, running: ["app", "side"] }), 0, 1);
    cluster.set(pod("a/waits", { phase: "Pending", spec: requests, running: [] }), 0, 1);
    cluster.set(pod("a/ended", { phase: "Succeeded", spec: requests, running: [] }), 0, 1);
    cluster.set(pod("a/strange", { phase: "Lost", spec: requests, running: [] }), 0, 1);
    // Terminating pods run until they are gone.
    cluster.set(pod("a/ends", { spec: requests, metadata: { deletionTimestamp: "2026-01-01T00:00:00Z" } }), 0, 1);
    for (const name of ["runs", "ended", "ends"]) cluster.setUsage(cluster.find("a", name)!, uses(2 * cores));
    expect(column(cluster, columns.cpuUsage)).toEqual({ a: 4 * cores });
    expect(column(cluster, columns.sampledPods)).toEqual({ a: 2 });
    expect(column(cluster, columns.unsampledContainers)).toEqual({ a: 2 });
    expect(column(cluster, columns.cpuRequest)).toEqual({ a: 5 * cores });
    expect(column(cluster, columns.cpuRequestUsed)).toEqual({ a: 2 * cores });
    expect(phases.map((__, i) => column(cluster, columns.pods + i)["a"])).toEqual([1, 3, 1, 0, 1]);
  });

  it("compares usage with requests container by container, or with that of the whole pod", () => {
    const cluster = clusterBy("pod");
    const asks = (memory: string): object => ({ resources: { requests: { memory } } });
    const containers = [{ name: "app", ...asks("10") }, { name: "free" }];
    cluster.set(
      pod("a/parts", {
        spec: { containers, initContainers: [{ name: "side", restartPolicy: "Always", ...asks("5") }] },
      }),
      0,
      1,
    );
    cluster.set(pod("a/whole", { spec: { containers, ...asks("100") } }), 0, 1);
    for (const name of ["parts", "whole"]) {
      cluster.setUsage(cluster.find("a", name)!, uses(0, 3, ["app", "free", "side", "debugger"]));
    }
    expect(column(cluster, columns.memoryUsage)).toEqual({ parts: 12, whole: 12 });
    expect(column(cluster, columns.memoryUsageRequested)).toEqual({ parts: 6, whole: 12 });
    expect(column(cluster, columns.memoryRequestUsed)).toEqual({ parts: 15, whole: 100 });
  });

  it("moves a pod, with what it uses, when its labels move", () => {
    const cluster = clusterBy("label:app");
    cluster.set(pod("a/1", { labels: { app: "x" } }), 0, 1);
    cluster.setUsage(cluster.find("a", "1")!, uses(5));
    cluster.addCpuSeconds(cluster.find("a", "1")!, 7);
    cluster.set(pod("a/1", { labels: { app: "x", other: "1" } }), 0, 1);
    // Alone in its group, and yet what the group has counted stays.
    expect(cluster.groupsOf(0).map(({ cpuSeconds }) => cpuSeconds)).toEqual([7]);
    cluster.set(pod("a/1", { labels: { app: "y" } }), 0, 1);
    expect(column(cluster, columns.cpuUsage)).toEqual({ y: 5 });
    expect(cluster.groupsOf(0).map(({ cpuSeconds }) => cpuSeconds)).toEqual([undefined]);
  });

  it("forgets what a pod used whose name another has taken", () => {
    const cluster = clusterBy("namespace");
    cluster.set(pod("a/1", { uid: "old" }), 0, 1);
    const old = cluster.find("a", "1")!;
    cluster.setUsage(old, uses(5));
    cluster.set(pod("a/1", { uid: "new" }), 0, 1);
    expect(column(cluster, columns.cpuUsage)).toEqual({ a: 0 });
    cluster.setUsage(old, uses(6));
    cluster.delete(pod("a/1", { uid: "old" }));
    expect(column(cluster, columns.cpuUsage)).toEqual({ a: 0 });
    expect(column(cluster, running)).toEqual({ a: 1 });
  });

  it("takes out what a list did not have, of that watch alone", () => {
    const cluster = clusterBy("namespace");
    cluster.set(pod("a/1"), 0, 1);
    cluster.set(pod("a/2"), 0, 2);
    cluster.set(pod("b/1"), 1, 1);
    cluster.deleteUnlisted(0, 2);
    expect(column(cluster, running)).toEqual({ a: 1, b: 1 });
  });

  it("leaves out groups for which there is no room, and counts their pods", () => {
    const cluster = new Cluster({ groupings: [new Grouping({ keys: [parseGroupKey("pod")] })], maxGroups: 2 });
    for (const name of ["a/1", "a/2", "a/3", "a/4"]) cluster.set(pod(name), 0, 1);
    cluster.set(pod("a/4"), 0, 1);
    expect(cluster.ungrouped).toBe(2);
    cluster.delete(pod("a/1"));
    cluster.set(pod("a/4"), 0, 1);
    expect(cluster.ungrouped).toBe(1);
    expect(column(cluster, running)).toEqual({ 2: 1, 4: 1 });
  });
});

// What the pods are according to the events, from which the sums can be had from scratch.
type Event =
  | { type: "set"; path: string; uid: number; app: string; phase: string; memory: string; running: string[] }
  | { type: "delete"; path: string }
  | { type: "use"; path: string; cpu: number; memory: number }
  | { type: "unknown"; path: string }
  | { type: "list"; paths: string[] };

const paths = fc.constantFrom("a/1", "a/2", "a/3", "b/1", "b/2");
const apps = fc.constantFrom("", "web", "db", "Ω");
const events: fc.Arbitrary<Event> = fc.oneof(
  fc.record({
    type: fc.constant("set" as const),
    path: paths,
    uid: fc.nat(2),
    app: apps,
    phase: fc.constantFrom(...phases),
    memory: fc.constantFrom("1", "1500m", "8Ei", "3Gi", "123456789"),
    running: fc.subarray(["app", "side"]),
  }),
  fc.record({ type: fc.constant("delete" as const), path: paths }),
  fc.record({ type: fc.constant("use" as const), path: paths, cpu: fc.nat(1e12), memory: fc.maxSafeNat() }),
  fc.record({ type: fc.constant("unknown" as const), path: paths }),
  fc.record({ type: fc.constant("list" as const), paths: fc.uniqueArray(paths) }),
);

it("has the same sums after any events as an addition from scratch has", () => {
  fc.assert(
    fc.property(fc.array(events, { maxLength: 60 }), (all) => {
      const groupings = [
        new Grouping({ keys: [parseGroupKey("label:app")] }),
        new Grouping({ name: "n", keys: [parseGroupKey("namespace"), parseGroupKey("label:app")] }),
      ];
      const cluster = new Cluster({ groupings, maxGroups: 100 });
      const last = new Map<string, PodObject>();
      let list = 1;
      for (const event of all) {
        if (event.type === "set") {
          const { path, app, phase, memory, running: names } = event;
          const spec = {
            containers: [
              { name: "app", resources: { requests: { memory, cpu: "1m" }, limits: { memory } } },
              { name: "side" },
            ],
          };
          const object = pod(path, { uid: `${path}-${event.uid}`, phase, labels: { app }, spec, running: names });
          last.set(path, object);
          cluster.set(object, 0, list);
        } else if (event.type === "delete") {
          const object = last.get(event.path);
          last.delete(event.path);
          if (object !== undefined) cluster.delete(object);
        } else if (event.type === "list") {
          list++;
          for (const path of last.keys()) if (!event.paths.includes(path)) last.delete(path);
          for (const object of last.values()) cluster.set(object, 0, list);
          cluster.deleteUnlisted(0, list);
        } else {
          const [namespace, name] = event.path.split("/");
          const member = cluster.find(namespace!, name!);
          if (member !== undefined)
            cluster.setUsage(member, event.type === "use" ? uses(event.cpu, event.memory) : undefined);
        }
      }
      expect(cluster.size).toBe(last.size);
      for (const [i, grouping] of groupings.entries()) {
        const expected = new Map<string, bigint[]>();
        const numbers = new Float64Array(columnCount);
        for (const { pod: of, usage } of cluster.members()) {
          const key = grouping.valuesOf(last.get(`${of.namespace}/${of.name}`)!).join("|");
          writeContribution(of, usage, numbers);
          const sum = expected.get(key) ?? Array.from(numbers, () => 0n);
          expected.set(
            key,
            sum.map((value, at) => value + BigInt(numbers[at]!)),
          );
        }
        const found = new Map(
          cluster
            .groupsOf(i)
            .map(({ values, sums }) => [values.join("|"), Array.from(numbers, (__, at) => sums.at(at))]),
        );
        expect(found).toEqual(new Map(Array.from(expected, ([key, sum]) => [key, sum.map(Number)])));
      }
    }),
    { numRuns: 300 },
  );
});

it("is divided among shards so that each pod is in one, and each has about as many", () => {
  const shards = [0, 1, 2, 3, 4].map(
    (ordinal) => new Cluster({ groupings: [], maxGroups: 1, shard: new Shard(ordinal, 5) }),
  );
  for (let i = 0; i < 10_000; i++) {
    const object = pod(`a/${i}`, { uid: `8f14e45f-ceea-467f-a1d0-${String(i * 7919).padStart(12, "0")}` });
    for (const shard of shards) shard.set(object, 0, 1);
  }
  const sizes = shards.map(({ size }) => size);
  expect(sizes.reduce((sum, size) => sum + size)).toBe(10_000);
  for (const size of sizes) expect(size).toBeGreaterThan(1800);
  // A name that moves to a pod of another shard is gone from this one.
  const [first] = [...shards[0]!.members()];
  const name = first!.pod.name;
  for (let i = 0; shards[0]!.find("a", name) !== undefined && i < 100; i++) {
    shards[0]!.set(pod(`a/${name}`, { uid: `other-${i}` }), 0, 1);
  }
  expect(shards[0]!.find("a", name)).toBeUndefined();
});
