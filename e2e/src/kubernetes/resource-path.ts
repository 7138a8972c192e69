/** What a path of the API names. */
export interface ResourcePath {
  /** Such as `metrics.k8s.io/v1beta1`; empty for the core. */
  readonly group: string;
  /** As RBAC has it, such as `pods`, `pods.metrics.k8s.io` or `nodes/proxy`. */
  readonly resource: string;
  readonly namespace: string | undefined;
  readonly name: string | undefined;
}

const metricsGroup = "metrics.k8s.io/v1beta1";

/** Reads a path; undefined if there is nothing. */
export function parsePath(path: string): ResourcePath | undefined {
  const [, core, metrics, rest] = /^\/(?:(api\/v1)|(apis\/metrics\.k8s\.io\/v1beta1))\/(.*)$/.exec(path) ?? [];
  if (rest === undefined) return undefined;
  const proxied = /^nodes\/([^/]+)\/proxy\/metrics\/resource$/.exec(rest);
  if (proxied !== null) return { group: "", resource: "nodes/proxy", namespace: undefined, name: proxied[1] };
  const match = /^(?:namespaces\/([^/]+)\/)?(pods|nodes)(?:\/([^/]+))?$/.exec(rest);
  if (match === null || (core === undefined && metrics === undefined)) return undefined;
  const [, namespace, kind, name] = match;
  const group = core === undefined ? metricsGroup : "";
  return { group, resource: group === "" ? kind! : `${kind}.metrics.k8s.io`, namespace, name };
}
