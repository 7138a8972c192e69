import { enough, type PatternGraph, type Ways } from "./pattern-graph.ts";

/** A number of steps for texts of `n` characters: the sum of each number here times `n` to the power of its index. */
export type Steps = readonly number[];

/** Looks of the count itself, after which it takes the sum of all ways for those that go together. */
const mostLooks = 300_000;
/** Characters that are compared in vain in the time of a step. */
const triesToStep = 8;

/**
 * The steps of all ways from the first state on. Ways that part and of which the next characters can belong to one alone, such as
 * those of `Jun` and `Jul`, are followed together, up to the next loop. `linksOf` tells of a component how often loops behind it
 * can be entered at each turn of others: its steps grow no faster than with one power more than that.
 */
export function stepsFromStart(graph: PatternGraph, linksOf: (component: readonly number[]) => number): Steps {
  const steps: Steps[] = [];
  const isLoop: boolean[] = [];
  const known = new Map<string, Steps>();
  /** A step into a state, and those that are tried from there in vain, which take less. */
  const weights = graph.next.map((ways) => 1 + ways.size / triesToStep);
  let looks = 0;

  /** The most steps that one text has behind all of these states. */
  const mostAfter = (from: Ways): Steps => {
    const next: Ways = new Map();
    for (const [state, ways] of from) {
      for (const [to, count] of graph.next[state]!) next.set(to, Math.min(enough, (next.get(to) ?? 0) + ways * count));
    }
    return mostOf(next);
  };

  /** The most steps that one text has in and behind those of these states that it leads into. */
  const mostOf = (states: Ways): Steps => {
    const all = [...states].toSorted(([a], [b]) => a - b);
    const key = all.join(";");
    const before = known.get(key);
    if (before !== undefined) return before;
    let bits = 0n;
    for (const [state] of all) bits |= graph.masks[state]!;
    let most: Steps = [0];
    const seen = new Set<string>();
    for (; bits !== 0n; bits &= bits - 1n) {
      const bit = bits & -bits;
      looks += all.length;
      const led = all.filter(([state]) => (graph.masks[state]! & bit) !== 0n);
      const ledKey = led.join(";");
      if (seen.has(ledKey)) continue;
      seen.add(ledKey);
      most = larger(most, stepsOf(led));
    }
    known.set(key, most);
    return most;
  };

  const stepsOf = (led: readonly [number, number][]): Steps => {
    // What is known of each alone is a bound as well, if a rougher one.
    const isRough = led.length === 1 || looks > mostLooks;
    let sum: Steps = [0];
    const together: Ways = new Map();
    for (const [state, ways] of led) {
      sum = plus(sum, isRough || isLoop[state] ? steps[state]! : [weights[state]!], ways);
      if (!isRough && !isLoop[state]) together.set(state, ways);
    }
    return isRough ? sum : plus(sum, mostAfter(together), 1);
  };

  for (const component of graph.components) {
    const inside = new Set(component);
    const repeats = graph.isLoop(component);
    const own = component.reduce((sum, state) => sum + weights[state]!, 0);
    let all: Steps = repeats ? [0, own] : [own];
    for (const state of component) {
      const ways = [...graph.next[state]!];
      const after = mostOf(new Map(ways.filter(([to]) => !inside.has(to))));
      const within = ways.reduce((mask, [to]) => (inside.has(to) ? mask | graph.masks[to]! : mask), 0n);
      const isLeftOnce = ways.every(([to]) => inside.has(to) || (graph.masks[to]! & within) === 0n);
      // A loop that a character may also leave is left at each turn.
      all = plus(all, repeats && !isLeftOnce ? [0, ...after] : after, 1);
      isLoop[state] = repeats;
    }
    const degree = 1 + linksOf(component);
    const rest = all.slice(degree + 1).reduce((sum, number) => sum + number, 0);
    const folded = all.slice(0, degree + 1).map((number, power) => (power === degree ? number + rest : number));
    for (const state of component) steps[state] = folded;
  }
  return steps[0]!;
}

/** How many that is for texts of `length` characters. */
export function stepsFor(steps: Steps, length: number): number {
  return steps.reduce((sum, number, power) => sum + number * length ** power, 0);
}

function plus(a: Steps, b: Steps, times: number): Steps {
  return Array.from({ length: Math.max(a.length, b.length) }, (_, i) =>
    Math.min(enough, (a[i] ?? 0) + (b[i] ?? 0) * times),
  );
}

function larger(a: Steps, b: Steps): Steps {
  return Array.from({ length: Math.max(a.length, b.length) }, (_, i) => Math.max(a[i] ?? 0, b[i] ?? 0));
}
