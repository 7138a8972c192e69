import { expect, it } from "vitest";
import type { ContainerObject, PodObject } from "./api-objects.ts";
import { PodReader } from "./pod.ts";
import { resourcesOf } from "./pod-resources.ts";

const container = (cpu: string | undefined, more: object = {}): ContainerObject => ({
  name: `c${cpu}`,
  resources: { requests: cpu === undefined ? {} : { cpu } },
  ...more,
});
const sidecar = (cpu: string): ContainerObject => container(cpu, { restartPolicy: "Always" });

it.each<[what: string, spec: PodObject["spec"], cores: number | undefined]>([
  ["containers", { containers: [container("1"), container("500m")] }, 1.5],
  ["none", { containers: [container(undefined)] }, undefined],
  ["some", { containers: [container(undefined), container("2")] }, 2],
  ["a small init container", { containers: [container("2")], initContainers: [container("1")] }, 2],
  ["a large init container", { containers: [container("2")], initContainers: [container("3")] }, 3],
  [
    "init containers, one after the other",
    { containers: [container("1")], initContainers: [container("2"), container("3")] },
    3,
  ],
  ["a sidecar", { containers: [container("2")], initContainers: [sidecar("1")] }, 3],
  [
    "an init container after a sidecar",
    { containers: [container("1")], initContainers: [sidecar("1"), container("3")] },
    4,
  ],
  [
    "an init container before a sidecar",
    { containers: [container("1")], initContainers: [container("3"), sidecar("1")] },
    3,
  ],
  ["overhead", { containers: [container("1")], overhead: { cpu: "250m" } }, 1.25],
  ["the whole pod", { containers: [container("1")], resources: { requests: { cpu: "4" } } }, 4],
  ["no spec", undefined, undefined],
])("reckons requests as the scheduler does: %s", (_, spec, cores) => {
  const { requests } = resourcesOf(spec === undefined ? {} : { spec });
  expect(requests.cpu).toBe(cores === undefined ? undefined : cores * 1e9);
});

it.each<[what: string, spec: string, has: string | undefined, agreed: string | undefined, why: string, cores: number]>([
  ["is as it should be", "1", "1", "1", "", 1],
  ["gets more, which its node has not agreed to yet", "3", "1", "1", "Deferred", 3],
  ["gets more, which its node has agreed to", "3", "1", "3", "", 3],
  ["gets less, and still has more", "1", "3", "1", "", 3],
  ["is to have what its node can never give", "30", "1", "2", "Infeasible", 2],
  ["does not run yet", "1", undefined, undefined, "", 1],
])("reckons requests as the scheduler does where a container is resized: it %s", (_, cpu, has, agreed, why, cores) => {
  const status = {
    name: "a",
    ...(has !== undefined && { resources: { requests: { cpu: has }, limits: { cpu: has } } }),
    ...(agreed !== undefined && { allocatedResources: { cpu: agreed } }),
  };
  const object: PodObject = {
    spec: { containers: [{ name: "a", resources: { requests: { cpu }, limits: { cpu } } }] },
    status: { containerStatuses: [status], conditions: why === "" ? [] : [{ type: "PodResizePending", reason: why }] },
  };
  const { requests, limits, requestOf } = resourcesOf(object);
  expect(requests.cpu).toBe(cores * 1e9);
  expect(requestOf.get("a")?.cpu).toBe(cores * 1e9);
  expect(limits.cpu).toBe((why === "Infeasible" ? 1 : Math.max(Number(cpu), Number(has ?? 0))) * 1e9);
  // It is no other pod's that asks for the same.
  const reader = new PodReader();
  const metadata = { name: "a", uid: "a" };
  reader.read({ metadata, spec: object.spec! });
  expect(reader.read({ metadata, ...object })?.resources).toEqual(resourcesOf(object));
});

it("has no limit where there is overhead alone", () => {
  const limited = [{ name: "a", resources: { limits: { memory: "1Gi" } } }];
  const overhead = { memory: "1Mi", cpu: "1" };
  expect(resourcesOf({ spec: { containers: limited, overhead } }).limits).toEqual({
    cpu: undefined,
    memory: 2 ** 30 + 2 ** 20,
  });
});
