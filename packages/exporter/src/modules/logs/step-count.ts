import { enough, type PatternGraph, type Ways } from "./pattern-graph.ts";

/** Steps of the count itself, after which it takes the sum of all ways for those that go together. */
const mostLooks = 300_000;

/**
 * The steps of all ways from the first state on, each loop passed once. Ways that part and of which the next characters can
 * belong to one alone, such as those of `Jun` and `Jul`, are followed together, up to the next loop.
 */
export function stepsFromStart(graph: PatternGraph): number {
  const steps: number[] = [];
  const isLoop: boolean[] = [];
  const known = new Map<string, number>();
  let looks = 0;

  /** The most steps that one text has behind all of these states. */
  const mostAfter = (from: Ways): number => {
    const next: Ways = new Map();
    for (const [state, ways] of from) {
      for (const [to, count] of graph.next[state]!) next.set(to, Math.min(enough, (next.get(to) ?? 0) + ways * count));
    }
    return mostOf(next);
  };

  /** The most steps that one text has in and behind those of these states that it leads into. */
  const mostOf = (states: Ways): number => {
    const all = [...states].toSorted(([a], [b]) => a - b);
    const key = all.join(";");
    const before = known.get(key);
    if (before !== undefined) return before;
    let bits = 0n;
    for (const [state] of all) bits |= graph.masks[state]!;
    let most = 0;
    const seen = new Set<string>();
    for (; bits !== 0n; bits &= bits - 1n) {
      const bit = bits & -bits;
      looks += all.length;
      const led = all.filter(([state]) => (graph.masks[state]! & bit) !== 0n);
      const ledKey = led.join(";");
      if (seen.has(ledKey)) continue;
      seen.add(ledKey);
      most = Math.max(most, stepsOf(led));
    }
    known.set(key, most);
    return most;
  };

  const stepsOf = (led: readonly [number, number][]): number => {
    const [only] = led;
    // What is known of each alone is a bound as well, if a rougher one.
    if (led.length === 1 || looks > mostLooks) {
      return led.reduce((sum, [state, ways]) => Math.min(enough, sum + ways * steps[state]!), 0);
    }
    if (only === undefined) return 0;
    let sum = 0;
    const together: Ways = new Map();
    for (const [state, ways] of led) {
      sum += ways * (isLoop[state] ? steps[state]! : 1);
      if (!isLoop[state]) together.set(state, ways);
    }
    return Math.min(enough, sum + mostAfter(together));
  };

  for (const component of graph.components) {
    const inside = new Set(component);
    let after = 0;
    for (const state of component) {
      after += mostOf(new Map([...graph.next[state]!].filter(([to]) => !inside.has(to))));
      isLoop[state] = graph.isLoop(component);
    }
    for (const state of component) steps[state] = Math.min(enough, component.length + after);
  }
  return steps[0]!;
}
