/** What somebody may do: verbs of resources, such as `pods` or `nodes/metrics`, in a namespace or everywhere. */
export interface Grant {
  readonly verbs: readonly string[];
  readonly resources: readonly string[];
  readonly namespace?: string;
}

interface User {
  readonly name: string;
  readonly grants: readonly Grant[];
}

/** Who may do what, as tokens and RBAC have it. */
export class FakeAccess {
  readonly #users = new Map<string, User>();

  /** Lets whoever has the token do what is granted, in place of what was before. */
  allow(token: string, grants: readonly Grant[], name = "system:serviceaccount:monitoring:exporterkit"): void {
    this.#users.set(token, { name, grants });
  }

  /** Has a token be worth nothing any more. */
  expire(token: string): void {
    this.#users.delete(token);
  }

  /** Who has sent this header; undefined if nobody is known by it. */
  userOf(authorization: string | undefined): User | undefined {
    return this.#users.get(/^Bearer (\S+)$/.exec(authorization ?? "")?.[1] ?? "");
  }
}

/** Whether a user may. */
export function may(user: User, verb: string, resource: string, namespace: string | undefined): boolean {
  return user.grants.some(
    (grant) =>
      grant.verbs.includes(verb) &&
      grant.resources.includes(resource) &&
      (grant.namespace === undefined || grant.namespace === namespace),
  );
}

/** What the exporter is granted by the manifests, for the whole cluster. */
export const everything: readonly Grant[] = [
  { verbs: ["get", "list", "watch"], resources: ["pods"] },
  { verbs: ["get", "list"], resources: ["pods.metrics.k8s.io"] },
  { verbs: ["get"], resources: ["nodes/metrics"] },
];
