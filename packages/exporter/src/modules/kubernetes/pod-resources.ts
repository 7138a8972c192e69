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
 * before it if that is more, and the overhead of its runtime class. What the pod as a whole is given goes before that. A
 * container that is being resized has what is more of before and after, and what it had if its node can never give the rest.
 */
export function resourcesOf({ spec = {}, status = {} }: PodObject): PodResources {
  const { overhead, resources } = spec;
  const isInfeasible = isResizeInfeasible(status);
  const statuses = new Map(statusesWithResources(status).map((one) => [one.name, one]));
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
    requestOf: new Map(running.map((container) => [container.name ?? "", given(container, "requests")])),
    isWhole: { cpu: whole.cpu !== undefined, memory: whole.memory !== undefined },
  };

  function given(container: ContainerObject, kind: "requests" | "limits"): Amounts {
    const own = amountsOf(container.resources?.[kind]);
    const known = statuses.get(container.name);
    if (known === undefined) return own;
    const now = amountsOf(known.resources?.[kind]);
    const agreed = kind === "requests" ? larger(now, amountsOf(known.allocatedResources)) : now;
    return isInfeasible ? agreed : larger(own, agreed);
  }

  function together(kind: "requests" | "limits", resource: keyof Amounts): number | undefined {
    const amount = (container: ContainerObject): number | undefined => given(container, kind)[resource];
    let ofSidecars: number | undefined;
    let highest: number | undefined;
    for (const container of initContainers) {
      const during = plus(ofSidecars, amount(container));
      if (isSidecar(container)) ofSidecars = during;
      highest = most(highest, during);
    }
    const after = containers.map(amount).reduce(plus, ofSidecars);
    return most(after, highest);
  }
}

type PodStatus = NonNullable<PodObject["status"]>;

/** The statuses that tell what their containers have, as those of containers and sidecars do since Kubernetes 1.33. */
export function statusesWithResources({
  containerStatuses,
  initContainerStatuses,
}: PodStatus): NonNullable<PodStatus["containerStatuses"]> {
  const all = [...(containerStatuses ?? []), ...(initContainerStatuses ?? [])];
  return all.filter(({ resources }) => resources != null);
}

/** Whether the node of a pod says that it can never give what the pod is to have now. */
export function isResizeInfeasible({ conditions }: PodStatus): boolean {
  return conditions?.some(({ type, reason }) => type === "PodResizePending" && reason === "Infeasible") === true;
}

function isSidecar({ restartPolicy }: ContainerObject): boolean {
  return restartPolicy === "Always";
}

function amountsOf(list: ResourceList | undefined): Amounts {
  return { cpu: parseQuantity(list?.["cpu"], 1e9), memory: parseQuantity(list?.["memory"], 1) };
}

function larger(a: Amounts, b: Amounts): Amounts {
  return { cpu: most(a.cpu, b.cpu), memory: most(a.memory, b.memory) };
}

function most(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined || b === undefined ? (a ?? b) : Math.max(a, b);
}

function plus(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined ? b : a + (b ?? 0);
}

// Overhead alone is no limit.
function ifLimited(limit: number | undefined, overhead: number | undefined): number | undefined {
  return limit === undefined ? undefined : limit + (overhead ?? 0);
}
