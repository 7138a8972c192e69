import { PatternGraph } from "./pattern-graph.ts";
import type { PatternNode } from "./pattern-syntax.ts";
import { type Steps, stepsFromStart } from "./step-count.ts";

/** Pairs and triples of states that are looked at before the worst is taken for granted. */
const mostVisits = 200_000;

/**
 * How often an engine that tries again may do so, for the worst text that there is. It is a bound: patterns that cost less than
 * is said here exist, those that cost more do not.
 *
 * The pattern is an automaton with a state for each character that it has. Where two ways lead from a state to itself by one
 * text, each turn doubles the ways: the cost is exponential. Where one text leads from a state to itself, from it to another,
 * and from that to itself, the second may be entered at each turn of the first: each such pair along a way raises the degree
 * by one. Looking for the pattern from every place on is a first state of that kind.
 *
 * Returns undefined where it may be exponential, or the pattern is too large to tell.
 *
 * @see Weber and Seidl, "On the degree of ambiguity of finite automata", 1991
 */
export function backtrackingSteps(node: PatternNode): Steps | undefined {
  const graph = PatternGraph.of(node);
  if (graph === undefined) return undefined;
  const visits = { left: mostVisits };
  const loops = graph.components.filter((component) => graph.isLoop(component));
  if (loops.some((loop) => isExponential(graph, loop, visits))) return undefined;
  const links = new Map<readonly number[], number>();
  const reach = graph.components.map((component) => graph.reachableFrom(component[0]!));
  for (const [index, component] of graph.components.entries()) {
    let most = 0;
    const repeats = graph.isLoop(component);
    // What is reached later comes first.
    for (let later = index - 1; later >= 0; later--) {
      const other = graph.components[later]!;
      const after = links.get(other)!;
      // One that could not raise the number need not be looked at.
      if (after + 1 <= most || !reach[index]!.has(other[0]!)) continue;
      const isLinked = repeats && graph.isLoop(other) && areLinked(graph, component, other, visits);
      most = Math.max(most, after + (isLinked ? 1 : 0));
    }
    links.set(component, most);
  }
  return stepsFromStart(graph, (component) => links.get(component)!);
}

/** Whether one text leads from a state of the loop back to it in two ways. */
function isExponential(graph: PatternGraph, loop: readonly number[], visits: { left: number }): boolean {
  const inside = new Set(loop);
  const next = (state: number): [number, number][] => [...graph.next[state]!].filter(([to]) => inside.has(to));
  if (loop.some((state) => next(state).some(([, ways]) => ways > 1))) return true;
  // From a pair of equal states to a pair of different ones, and from there to equal ones again.
  const seen = new Set<number>();
  const queue: [number, number][] = loop.map((state) => [state, state]);
  const size = graph.next.length;
  for (const [a, b] of queue) {
    for (const [toA] of next(a)) {
      for (const [toB] of next(b)) {
        if (visits.left-- < 0) return true;
        if ((graph.masks[toA]! & graph.masks[toB]!) === 0n) continue;
        if (toA === toB) {
          if (a !== b) return true;
          continue;
        }
        const key = toA * size + toB;
        if (seen.has(key)) continue;
        seen.add(key);
        queue.push([toA, toB]);
      }
    }
  }
  return false;
}

/** Whether one text leads from a state `p` of the first loop to itself and to a state `q` of the second, and from `q` to itself. */
function areLinked(
  graph: PatternGraph,
  first: readonly number[],
  second: readonly number[],
  visits: { left: number },
): boolean {
  const maskOf = (loop: readonly number[]): bigint => loop.reduce((mask, state) => mask | graph.masks[state]!, 0n);
  if ((maskOf(first) & maskOf(second)) === 0n) return false;
  const inFirst = new Set(first);
  const inSecond = new Set(second);
  for (const p of first) {
    for (const q of second) {
      const seen = new Set<string>();
      const queue: [number, number, number][] = [[p, p, q]];
      for (const [a, b, c] of queue) {
        for (const [toA] of graph.next[a]!) {
          if (!inFirst.has(toA)) continue;
          for (const [toC] of graph.next[c]!) {
            const common = graph.masks[toA]! & graph.masks[toC]!;
            if (!inSecond.has(toC) || common === 0n) continue;
            for (const [toB] of graph.next[b]!) {
              if (visits.left-- < 0) return true;
              if ((common & graph.masks[toB]!) === 0n) continue;
              if (toA === p && toB === q && toC === q) return true;
              const key = `${toA},${toB},${toC}`;
              if (seen.has(key)) continue;
              seen.add(key);
              queue.push([toA, toB, toC]);
            }
          }
        }
      }
    }
  }
  return false;
}
