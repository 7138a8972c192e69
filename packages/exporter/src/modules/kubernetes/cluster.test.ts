import { describe, expect, it } from "vitest";
import type { PodObject } from "./api-objects.ts";
import { Cluster } from "./cluster.ts";
import { columns } from "./columns.ts";
import { parseGroupKey } from "./group-key.ts";
import { Grouping } from "./grouping.ts";
import { phases } from "./pod.ts";
import { takenAt } from "./pod-usage.ts";
import { Shard } from "./shard.ts";
import { pod, uses } from "./fixtures/pods.ts";

const cores = 1e9;

function clusterBy(...keys: string[]): Cluster {
  return new Cluster({
    groupings: [new Grouping({ keys: keys.map(parseGroupKey) })],
    maxGroups: 100,
    staleSeconds: 60,
  });
}

/** A column of each group, by its values. */
function column(cluster: Cluster, at: number, grouping = 0): Record<string, number> {
  return Object.fromEntries(
    cluster.groupsOf(grouping).map(({ key, sums }) => [(JSON.parse(key) as string[]).join("|"), sums.at(at)]),
  );
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

  it("compares neither with a request of nothing, nor a part of a pod with the request of the whole", () => {
    const cluster = clusterBy("pod");
    const asks = (cpu: string): object => ({ resources: { requests: { cpu } } });
    const containers = [{ name: "app", ...asks("0") }, { name: "side" }];
    cluster.set(pod("a/nothing", { spec: { containers }, running: ["app", "side"] }), 0, 1);
    cluster.set(pod("a/whole", { spec: { containers, ...asks("2") }, running: ["app", "side"] }), 0, 1);
    for (const name of ["nothing", "whole"]) cluster.setUsage(cluster.find("a", name)!, uses(cores));
    expect(column(cluster, columns.cpuUsage)).toEqual({ nothing: cores, whole: cores });
    expect(column(cluster, columns.cpuUsageRequested)).toEqual({ nothing: 0, whole: 0 });
    expect(column(cluster, columns.cpuCompared)).toEqual({ nothing: 0, whole: 0 });
    cluster.setUsage(cluster.find("a", "whole")!, uses(cores, 0, ["app", "side"]));
    expect(column(cluster, columns.cpuUsageRequested)).toEqual({ nothing: 0, whole: 2 * cores });
    expect(column(cluster, columns.cpuRequestUsed)).toEqual({ nothing: 0, whole: 2 * cores });
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

  it("does not take a sample for new that was too old before", () => {
    const cluster = clusterBy("namespace");
    cluster.set(pod("a/1"), 0, 1);
    const member = cluster.find("a", "1")!;
    const minuteAgo = { ...uses(5), takenAt: performance.now() - 61_000 };
    cluster.setUsage(member, minuteAgo);
    expect(column(cluster, columns.sampledPods)).toEqual({ a: 0 });
    const again = takenAt(minuteAgo.timestamp, member.lastUsage, { now: performance.now(), serverNow: undefined });
    expect(again).toBe(minuteAgo.takenAt);
    cluster.setUsage(member, { ...uses(5), takenAt: performance.now() - 59_900 });
    expect(column(cluster, columns.sampledPods)).toEqual({ a: 1 });
  });

  it("is as it was after an object that is not as it should be", () => {
    const cluster = clusterBy("owner");
    cluster.set(pod("a/1"), 0, 1);
    for (const wrong of [{ metadata: { ownerReferences: "x" } }, { spec: { containers: 5 } }]) {
      expect(() => cluster.set(pod("a/1", wrong as object), 0, 1)).toThrow(TypeError);
    }
    expect(column(cluster, running)).toEqual({ "|": 1 });
    cluster.delete(pod("a/1"));
    expect(cluster.groupsOf(0)).toEqual([]);
  });

  it("takes out what a list did not have, of that watch alone", () => {
    const cluster = clusterBy("namespace");
    cluster.set(pod("a/1"), 0, 1);
    cluster.set(pod("a/2"), 0, 2);
    cluster.set(pod("b/1"), 1, 1);
    cluster.completeList(0, 2);
    expect(column(cluster, running)).toEqual({ a: 1, b: 1 });
  });

  it("has what is new in a list from when it is complete, and until then what is gone", () => {
    const cluster = clusterBy("namespace");
    cluster.stage(pod("a/1"), 0, 1);
    cluster.stage(pod("a/2"), 0, 1);
    cluster.completeList(0, 1);
    expect(column(cluster, running)).toEqual({ a: 2 });
    // What it has told before it broke off does not count.
    cluster.stage(pod("a/lost"), 0, 2);
    cluster.stage(pod("a/3"), 0, 3);
    cluster.stage(pod("a/2", { phase: "Failed" }), 0, 3);
    expect(column(cluster, running)).toEqual({ a: 1 });
    expect(cluster.find("a", "3")).toBeUndefined();
    cluster.completeList(0, 3);
    expect(column(cluster, running)).toEqual({ a: 1 });
    expect([...cluster.members()].map((member) => member.pod.name)).toEqual(["2", "3"]);
    cluster.set(pod("a/4"), 0, 3);
    expect(column(cluster, running)).toEqual({ a: 2 });
  });

  it("leaves out groups for which there is no room, and counts their pods", () => {
    const cluster = new Cluster({
      groupings: [new Grouping({ keys: [parseGroupKey("pod")] })],
      maxGroups: 2,
      staleSeconds: 60,
    });
    for (const name of ["a/1", "a/2", "a/3", "a/4"]) cluster.set(pod(name), 0, 1);
    cluster.set(pod("a/4"), 0, 1);
    expect(cluster.ungrouped).toBe(2);
    cluster.delete(pod("a/1"));
    cluster.set(pod("a/4"), 0, 1);
    expect(cluster.ungrouped).toBe(1);
    // The one that has waited longest has the room.
    expect(column(cluster, running)).toEqual({ 2: 1, 3: 1 });
  });

  it("never has a part of a group's pods, whichever groups had room when they came", () => {
    const cluster = new Cluster({
      groupings: [new Grouping({ keys: [parseGroupKey("label:app")] })],
      maxGroups: 1,
      staleSeconds: 60,
    });
    cluster.set(pod("a/1", { labels: { app: "x" } }), 0, 1);
    cluster.set(pod("a/2", { labels: { app: "y" } }), 0, 1);
    cluster.setUsage(cluster.find("a", "2")!, uses(5));
    cluster.delete(pod("a/1"));
    // Its group has room only now, and yet has the pod that was there before.
    cluster.set(pod("a/3", { labels: { app: "y" } }), 0, 1);
    expect(column(cluster, running)).toEqual({ y: 2 });
    expect(column(cluster, columns.cpuUsage)).toEqual({ y: 5 });
    expect(cluster.ungrouped).toBe(0);
    cluster.set(pod("a/4", { labels: { app: "z" } }), 0, 1);
    cluster.delete(pod("a/4"));
    expect(cluster.ungrouped).toBe(0);
  });
});

it("is divided among shards so that each pod is in one, and each has about as many", () => {
  const shards = [0, 1, 2, 3, 4].map(
    (ordinal) => new Cluster({ groupings: [], maxGroups: 1, staleSeconds: 60, shard: new Shard(ordinal, 5) }),
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
