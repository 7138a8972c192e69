import * as client from "@kubernetes/client-node";
import * as monitoring from "@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1";
import * as apps from "kubernetes-models/apps/v1";
import * as networking from "kubernetes-models/networking.k8s.io/v1";
import * as rbac from "kubernetes-models/rbac.authorization.k8s.io/v1";
import * as core from "kubernetes-models/v1";

/** An object of a manifest. */
export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string; readonly labels?: Record<string, string> };
  readonly [field: string]: unknown;
}

type Model = new (manifest: never) => { validate(): void };

const models: Readonly<Record<string, object>> = {
  "apps/v1": apps,
  "networking.k8s.io/v1": networking,
  "rbac.authorization.k8s.io/v1": rbac,
  "monitoring.coreos.com/v1": monitoring,
  v1: core,
};

/**
 * What is wrong with a manifest by the OpenAPI schema of Kubernetes, or of the Prometheus operator: types, what is missing, and
 * fields that do not exist, which the API server passes over without a word.
 */
export function mistakesOf(manifest: Manifest): string[] {
  const model = (models[manifest.apiVersion] as Record<string, Model> | undefined)?.[manifest.kind];
  if (model === undefined) return [`there is no ${manifest.kind} of ${manifest.apiVersion}`];
  const mistakes: string[] = [];
  try {
    new model(manifest as never).validate();
  } catch (error) {
    mistakes.push((error as Error).message);
  }
  // The operator's types are not among those of the client.
  if (!manifest.apiVersion.startsWith("monitoring"))
    mistakes.push(...unknownFields(manifest, `V1${manifest.kind}`, ""));
  return mistakes;
}

interface Attribute {
  readonly baseName: string;
  readonly type: string;
}

function unknownFields(value: unknown, type: string, path: string): string[] {
  const [, items] = /^Array<(.*)>$/.exec(type) ?? [];
  if (items !== undefined) {
    return (value as unknown[]).flatMap((item, i) => unknownFields(item, items, `${path}[${i}]`));
  }
  const model = (client as unknown as Record<string, { getAttributeTypeMap?(): Attribute[] } | undefined>)[type];
  if (typeof value !== "object" || value === null || model?.getAttributeTypeMap === undefined) return [];
  const attributes = new Map(model.getAttributeTypeMap().map((attribute) => [attribute.baseName, attribute.type]));
  return Object.entries(value).flatMap(([name, field]) => {
    const known = attributes.get(name);
    return known === undefined ? [`${path}.${name} is unknown`] : unknownFields(field, known, `${path}.${name}`);
  });
}
