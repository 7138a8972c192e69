export const labelNames = ["method", "route", "status"] as const;

/** The labels of a series. */
export type LabelSet = Readonly<Record<(typeof labelNames)[number], string>>;

const methods = ["GET", "POST", "PUT", "DELETE"];
const statuses = ["200", "301", "404", "500", "503"];

/** The label sets of `count` series, a multiple of 20: 4 methods by 5 statuses by as many routes as it takes. */
export function* labelSets(count: number): Generator<LabelSet> {
  for (let i = 0; i < count / (methods.length * statuses.length); i++) {
    const route = `/route/${i}`;
    for (const method of methods) for (const status of statuses) yield { method, route, status };
  }
}

/** Fisher and Yates's shuffle, with the same outcome in every run. */
export function shuffle<T>(items: T[]): T[] {
  let seed = 1;
  for (let i = items.length - 1; i > 0; i--) {
    seed = (seed * 48271) % 2147483647;
    const j = seed % (i + 1);
    [items[i], items[j]] = [items[j]!, items[i]!];
  }
  return items;
}
