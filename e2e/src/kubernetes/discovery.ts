const pods = {
  name: "pods",
  singularName: "pod",
  namespaced: true,
  kind: "Pod",
  verbs: ["create", "delete", "get", "list", "patch", "update", "watch"],
  shortNames: ["po"],
  categories: ["all"],
};
const nodes = {
  name: "nodes",
  singularName: "node",
  namespaced: false,
  kind: "Node",
  verbs: ["get", "list"],
  shortNames: ["no"],
};
const namespaces = {
  name: "namespaces",
  singularName: "namespace",
  namespaced: false,
  kind: "Namespace",
  verbs: ["get", "list"],
};
const podMetrics = { name: "pods", singularName: "", namespaced: true, kind: "PodMetrics", verbs: ["get", "list"] };
const reviews = {
  name: "selfsubjectaccessreviews",
  singularName: "selfsubjectaccessreview",
  namespaced: false,
  kind: "SelfSubjectAccessReview",
  verbs: ["create"],
};

const groups: Readonly<Record<string, readonly object[]>> = {
  "metrics.k8s.io/v1beta1": [podMetrics],
  "authorization.k8s.io/v1": [reviews],
};

/** What the server says of itself at a path, in the form from before aggregated discovery, which all clients understand. */
export function discovery(path: string): { json: unknown } | undefined {
  if (path === "/version") return { json: { major: "1", minor: "35", gitVersion: "v1.35.2", platform: "linux/amd64" } };
  if (path === "/api") return { json: { kind: "APIVersions", versions: ["v1"], serverAddressByClientCIDRs: [] } };
  if (path === "/apis")
    return { json: { kind: "APIGroupList", apiVersion: "v1", groups: Object.keys(groups).map(groupOf) } };
  if (path === "/api/v1") return { json: resourceList("v1", [pods, nodes, namespaces]) };
  const group = /^\/apis\/([^/]+\/[^/]+)$/.exec(path)?.[1];
  if (group === undefined || groups[group] === undefined) return undefined;
  return { json: resourceList(group, groups[group]) };
}

function groupOf(groupVersion: string): object {
  const [name, version] = groupVersion.split("/");
  return { name, versions: [{ groupVersion, version }], preferredVersion: { groupVersion, version } };
}

function resourceList(groupVersion: string, resources: readonly object[]): object {
  return { kind: "APIResourceList", apiVersion: "v1", groupVersion, resources };
}
