import { parse, type ParsedFamily } from "@exporterkit/client/parse";

/** A family of `node_*`. */
export interface NodeFamily {
  readonly type: ParsedFamily["type"];
  /** By their labels, sorted, as JSON. */
  readonly values: ReadonlyMap<string, number>;
}

/** Labels that later releases of node_exporter than Debian's added, by family. */
export type LaterLabels = Readonly<Record<string, readonly string[]>>;

/** The families of `node_*` that have samples, without the labels that are left out. */
export async function nodeFamilies(url: string, left: LaterLabels = {}): Promise<Map<string, NodeFamily>> {
  const response = await fetch(url, { headers: { accept: "text/plain;version=0.0.4" } });
  const parsed = parse(await response.text());
  return new Map(
    parsed
      .filter(({ name, samples }) => name.startsWith("node_") && samples.length > 0)
      .map(({ name, type, samples }) => {
        const key = (labels: object): string =>
          JSON.stringify(
            Object.entries(labels)
              .filter(([label]) => !left[name]?.includes(label))
              .toSorted(([a], [b]) => (a < b ? -1 : 1)),
          );
        return [name, { type, values: new Map(samples.map(({ labels, value }) => [key(labels), value])) }];
      }),
  );
}

/** What of ours is not as theirs was before and after. */
export function differences(
  before: ReadonlyMap<string, NodeFamily>,
  own: ReadonlyMap<string, NodeFamily>,
  after: ReadonlyMap<string, NodeFamily>,
): string[] {
  return [...before].flatMap(([name, { type, values }]) => {
    const mine = own.get(name);
    if (mine?.type !== type) return [`${name} is ${mine?.type ?? "missing"}, not ${type}`];
    const odd = [...mine.values.keys()].filter((labels) => !values.has(labels));
    return [
      ...odd.map((labels) => `${name}${labels} is not theirs`),
      ...[...values].flatMap(([labels, value]) => {
        const got = mine.values.get(labels);
        const later = after.get(name)?.values.get(labels) ?? value;
        return got !== undefined && isNear(type, got, value, later) ? [] : [`${name}${labels} is ${got}, not ${value}`];
      }),
    ];
  });
}

/** Counters agree within 1 %, others within 5 % or one unit, of what they were before, after or in between. */
function isNear(type: ParsedFamily["type"], got: number, before: number, after: number): boolean {
  const [low, high] = [Math.min(before, after), Math.max(before, after)];
  const tolerance = Math.max(Math.abs(high) * (type === "counter" ? 0.01 : 0.05), 1);
  return got >= low - tolerance && got <= high + tolerance;
}
