import type { ApiObject } from "./fake-cluster.ts";

type Test = (object: ApiObject) => boolean;

/** Whether an object is selected, as the API server understands `labelSelector` and `fieldSelector`. */
export function selection(query: URLSearchParams): Test {
  const tests = [
    ...split(query.get("labelSelector")).map(labelTest),
    ...split(query.get("fieldSelector")).map(fieldTest),
  ];
  return (object) => tests.every((test) => test(object));
}

// Commas within the parentheses of a set do not divide.
function split(selector: string | null): string[] {
  return selector ? selector.split(/,(?![^(]*\))/).map((part) => part.trim()) : [];
}

function labelTest(requirement: string): Test {
  const [, name, , operator, list] = /^([\w./-]+)(\s+(in|notin)\s+\((.*)\))$/.exec(requirement) ?? [];
  if (name !== undefined) {
    const values = new Set(list!.split(",").map((value) => value.trim()));
    return ({ metadata: { labels = {} } }) => values.has(labels[name] ?? "\0") === (operator === "in");
  }
  const [, negated, key, sign, value = ""] = /^(!?)([\w./-]+)(?:(==|=|!=)(.*))?$/.exec(requirement)!;
  return ({ metadata: { labels = {} } }) => {
    const found = labels[key!];
    if (sign === undefined) return (found === undefined) === (negated === "!");
    return (found === value) === (sign !== "!=");
  };
}

function fieldTest(requirement: string): Test {
  const [, field, sign, value] = /^([\w.]+)(==|=|!=)(.*)$/.exec(requirement)!;
  return ({ metadata, spec, status }) => {
    const fields: Record<string, unknown> = {
      "metadata.name": metadata.name,
      "metadata.namespace": metadata.namespace,
      "spec.nodeName": spec?.["nodeName"] ?? "",
      "status.phase": status?.["phase"],
    };
    return (fields[field!] === value) === (sign !== "!=");
  };
}
