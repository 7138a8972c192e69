import type { ObjectMeta, PodObject } from "./api-objects.ts";
import { type GroupKey, labelNamesOf } from "./group-key.ts";

/** What one way to group pods by is told. */
export interface GroupingOptions {
  /** Its name, which its series have as the label `grouping`. Default: they have no such label. */
  readonly name?: string | undefined;
  /** What pods must have in common. */
  readonly keys: readonly GroupKey[];
}

// Annotations may have 256 KiB, and whoever can make a pod chooses them.
const longestValue = 256;

/** A way to group pods. */
export class Grouping {
  readonly labelNames: readonly string[];
  readonly #name: string | undefined;
  readonly #keys: readonly GroupKey[];

  constructor({ name, keys }: GroupingOptions) {
    this.#name = name;
    this.#keys = keys;
    this.labelNames = [...(name === undefined ? [] : ["grouping"]), ...labelNamesOf(keys).flat()];
  }

  /** The values of the labels, for the group of a pod: empty for what it lacks. */
  valuesOf(pod: PodObject): string[] {
    const values = this.#name === undefined ? [] : [this.#name];
    for (const key of this.#keys) {
      if (key.kind === "owner") values.push(...ownerOf(pod.metadata));
      else values.push(valueOf(key, pod));
    }
    return values;
  }
}

function valueOf(key: Exclude<GroupKey, { kind: "owner" }>, { metadata, spec }: PodObject): string {
  if (!("name" in key)) {
    if (key.kind === "node") return spec?.nodeName ?? "";
    return (key.kind === "pod" ? metadata?.name : metadata?.namespace) ?? "";
  }
  const all = metadata?.[key.kind === "label" ? "labels" : "annotations"];
  const value = all != null && Object.hasOwn(all, key.name) ? all[key.name] : undefined;
  if (typeof value !== "string") return "";
  return value.length <= longestValue ? value : `${value.slice(0, longestValue - 1)}…`.toWellFormed();
}

/**
 * The kind and name of what controls a pod. That of a ReplicaSet which a Deployment made is the Deployment: only Deployments
 * add `pod-template-hash`, and name the ReplicaSet by it.
 */
function ownerOf(metadata: ObjectMeta | undefined): [kind: string, name: string] {
  const owners = metadata?.ownerReferences ?? [];
  const { kind = "", name = "" } = owners.find(({ controller }) => controller === true) ?? {};
  const hash = metadata?.labels?.["pod-template-hash"];
  if (kind === "ReplicaSet" && hash !== undefined && name.endsWith(`-${hash}`)) {
    return ["Deployment", name.slice(0, -hash.length - 1)];
  }
  return [kind, name];
}
