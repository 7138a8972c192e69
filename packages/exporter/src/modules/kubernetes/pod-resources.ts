import type { ContainerObject, PodObject, ResourceList } from "./api-objects.ts";
import { parseQuantity } from "./quantity.ts";

/** An amount of each resource, in nanocores and bytes; undefined where none is given. */
export interface Amounts {
  readonly cpu: number | undefined;
  readonly memory: number | undefined;
}

/** What the containers of a pod ask for. */
export interface PodResources {
  /** Of the whole pod, as the scheduler reckons. */
  readonly requests: Amounts;
  /** Of the whole pod; containers without a limit count for nothing. */
  readonly limits: Amounts;
  /** What each container requests, by its name; init containers that end are not among them. */
  readonly requestOf: ReadonlyMap<string, Amounts>;
  /** Whether requests are given for the pod as a whole, so that those of the containers say less. */
  readonly isWhole: { readonly cpu: boolean; readonly memory: boolean };
}

/**
 * What a pod requests and may use: the sum of its containers and sidecars, or what an init container needs beside the sidecars
 * before it if that is more, and the overhead of its runtime class. What the pod as a whole is given goes before that.
 */
export function resourcesOf({ spec = {} }: PodObject): PodResources {
  const { overhead, resources } = spec;
  const containers = spec.containers ?? [];
  const initContainers = spec.initContainers ?? [];
  const whole = amountsOf(resources?.requests);
  const wholeLimits = amountsOf(resources?.limits);
  const sidecars = initContainers.filter(isSidecar);
  const running = [...containers, ...sidecars];
  return {
    requests: {
      cpu: plus(whole.cpu ?? together("requests", "cpu"), amountsOf(overhead).cpu),
      memory: plus(whole.memory ?? together("requests", "memory"), amountsOf(overhead).memory),
    },
    limits: {
      cpu: ifLimited(wholeLimits.cpu ?? together("limits", "cpu"), amountsOf(overhead).cpu),
      memory: ifLimited(wholeLimits.memory ?? together("limits", "memory"), amountsOf(overhead).memory),
    },
    requestOf: new Map(running.map(({ name = "", resources: own }) => [name, amountsOf(own?.requests)])),
    isWhole: { cpu: whole.cpu !== undefined, memory: whole.memory !== undefined },
  };

  function together(kind: "requests" | "limits", resource: keyof Amounts): number | undefined {
    const amount = (container: ContainerObject): number | undefined => amountsOf(container.resources?.[kind])[resource];
    let ofSidecars: number | undefined;
    let most: number | undefined;
    for (const container of initContainers) {
      const during = plus(ofSidecars, amount(container));
      if (isSidecar(container)) ofSidecars = during;
      if (during !== undefined) most = Math.max(most ?? 0, during);
    }
    const after = containers.map(amount).reduce(plus, ofSidecars);
    return after === undefined ? most : Math.max(after, most ?? 0);
  }
}

function isSidecar({ restartPolicy }: ContainerObject): boolean {
  return restartPolicy === "Always";
}

function amountsOf(list: ResourceList | undefined): Amounts {
  return { cpu: parseQuantity(list?.["cpu"], 1e9), memory: parseQuantity(list?.["memory"], 1) };
}

function plus(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined ? b : a + (b ?? 0);
}

// Overhead alone is no limit.
function ifLimited(limit: number | undefined, overhead: number | undefined): number | undefined {
  return limit === undefined ? undefined : limit + (overhead ?? 0);
}
