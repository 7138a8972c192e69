import type { PodObject } from "./api-objects.ts";
import { Interner } from "./interner.ts";
import { isResizeInfeasible, type PodResources, resourcesOf, statusesWithResources } from "./pod-resources.ts";

/** The phases of a pod, in the order of their columns. */
export const phases = ["Pending", "Running", "Succeeded", "Failed", "Unknown"] as const;

/** What is kept of a pod besides its groups. */
export interface Pod {
  readonly uid: string;
  readonly namespace: string;
  readonly name: string;
  /** Empty while it has none. */
  readonly node: string;
  /** The address of its node; empty while it has none. */
  readonly hostIp: string;
  /** The place of its phase in {@link phases}. */
  readonly phase: number;
  /** When it was created, in milliseconds since 1970 by the clock of the API server; 0 if that is not told. */
  readonly created: number;
  readonly resources: PodResources;
  /** The names of the containers that run now, without init containers that end. */
  readonly running: readonly string[];
}

/** Whether a pod has ended, whatever still stands in the API. */
export function hasEnded({ phase }: Pod): boolean {
  return phases[phase] === "Succeeded" || phases[phase] === "Failed";
}

/** Reads pods, and keeps what many of them have alike once: those of a Deployment ask for the same. */
export class PodReader {
  readonly #texts = new Interner<string>();
  readonly #resources = new Interner<PodResources>();
  readonly #names = new Interner<readonly string[]>();

  /** What is kept of a pod; undefined if it lacks what every object has. */
  read(object: PodObject): Pod | undefined {
    const { metadata, spec = {}, status = {} } = object;
    if (!metadata?.name || !metadata.uid) return undefined;
    const running = runningIn(object);
    const phase = phases.indexOf(status.phase as (typeof phases)[number]);
    return {
      uid: metadata.uid,
      namespace: this.text(metadata.namespace ?? ""),
      name: metadata.name,
      node: this.text(spec.nodeName ?? ""),
      hostIp: this.text(status.hostIP ?? ""),
      phase: phase === -1 ? phases.indexOf("Unknown") : phase,
      created: Date.parse(metadata.creationTimestamp ?? "") || 0,
      resources: this.#resources.take(resourcesKey(object), () => resourcesOf(object)),
      running: this.names(running),
    };
  }

  /** The text, or the one that equals it and was here before. */
  text(text: string): string {
    return this.#texts.take(text, () => text);
  }

  /** The names, or those that equal them and were here before. */
  names(names: readonly string[]): readonly string[] {
    return this.#names.take(names.join("\n"), () => names);
  }
}

function runningIn({ spec = {}, status = {} }: PodObject): string[] {
  const names: string[] = [];
  for (const { name = "", state } of status.containerStatuses ?? []) if (state?.running != null) names.push(name);
  for (const { name = "", state } of status.initContainerStatuses ?? []) {
    const isSidecar = spec.initContainers?.some((one) => one.name === name && one.restartPolicy === "Always") === true;
    if (isSidecar && state?.running != null) names.push(name);
  }
  return names;
}

function resourcesKey({ spec = {}, status = {} }: PodObject): string {
  const { containers, initContainers, overhead, resources } = spec;
  const asked = (list: typeof containers): unknown =>
    list?.map((container) => [container.name, container.resources, container.restartPolicy]);
  const given = statusesWithResources(status).map((one) => [one.name, one.resources, one.allocatedResources]);
  const isInfeasible = isResizeInfeasible(status);
  return JSON.stringify([asked(containers), asked(initContainers), overhead, resources, given, isInfeasible]);
}
