import { expect, it } from "vitest";
import type { ContainerObject, PodObject } from "./api-objects.ts";
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

it("has no limit where there is overhead alone", () => {
  const limited = [{ name: "a", resources: { limits: { memory: "1Gi" } } }];
  const overhead = { memory: "1Mi", cpu: "1" };
  expect(resourcesOf({ spec: { containers: limited, overhead } }).limits).toEqual({
    cpu: undefined,
    memory: 2 ** 30 + 2 ** 20,
  });
});
