/** What pods are grouped by: a label or annotation by its name, or a property of the pod. */
export type GroupKey =
  | { readonly kind: "label" | "annotation"; readonly name: string }
  | { readonly kind: "namespace" | "node" | "owner" | "pod" };

/** A key as it is written: `label:app`, `annotation:example.com/team`, `namespace`, `node`, `owner` or `pod`. */
export function parseGroupKey(text: string): GroupKey {
  const [, kind, name] = /^(label|annotation):(.*)$/s.exec(text) ?? [];
  if (kind !== undefined) {
    // The form that the API server demands of the keys of labels and annotations.
    if (!/^(?:[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?\/)?[A-Za-z0-9](?:[\w.-]{0,61}[A-Za-z0-9])?$/.test(name!)) {
      throw new Error(`names no key that ${kind}s of Kubernetes can have; write it as in ${kind}:example.com/team`);
    }
    return { kind: kind as "label" | "annotation", name: name! };
  }
  if (text === "namespace" || text === "node" || text === "owner" || text === "pod") return { kind: text };
  throw new Error("is no key; use label:NAME, annotation:NAME, namespace, node, owner or pod");
}

/**
 * The names of the labels that the metrics get for the keys, a list for each: names of labels and annotations become what
 * kube-state-metrics makes of them, and get `_conflict1`, `_conflict2` and so on, in the order of the alphabet, where they
 * become the same.
 */
export function labelNamesOf(keys: readonly GroupKey[]): string[][] {
  const names = new Map<GroupKey, string>();
  for (const kind of ["label", "annotation"] as const) {
    const named = keys.flatMap((key) => (key.kind === kind ? [key] : []));
    const sorted = named.toSorted((a, b) => (a.name < b.name ? -1 : 1));
    const alike = new Map<string, GroupKey[]>();
    for (const key of sorted) {
      const labelName = `${kind}_${snakeCase(key.name)}`;
      alike.set(labelName, [...(alike.get(labelName) ?? []), key]);
    }
    for (const [labelName, same] of alike) {
      for (const [i, key] of same.entries()) {
        names.set(key, same.length === 1 ? labelName : `${labelName}_conflict${i + 1}`);
      }
    }
  }
  return keys.map((key) => {
    const name = names.get(key);
    if (name !== undefined) return [name];
    return key.kind === "owner" ? ["owner_kind", "owner_name"] : [key.kind];
  });
}

function snakeCase(name: string): string {
  return name
    .replaceAll(/[^a-zA-Z0-9_]/g, "_")
    .replaceAll(/([a-z0-9])([A-Z])/g, "$1_$2")
    .toLowerCase();
}
