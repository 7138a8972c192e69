import { PatternGraph } from "./pattern-graph.ts";
import type { PatternNode } from "./pattern-syntax.ts";
import { stepsFromStart } from "./step-count.ts";

/** What an engine that tries again may have to do at most: `factor * n ** degree` steps for a text of `n` characters. */
export interface BacktrackingCost {
  /** `Infinity` where the steps may double with each character. */
  readonly degree: number;
  readonly factor: number;
}

/** Pairs and triples of states that are looked at before the worst is taken for granted. */
const mostVisits = 200_000;
const hopeless: BacktrackingCost = { degree: Infinity, factor: Infinity };

/**
 * How often an engine that tries again may do so, for the worst text that there is. It is a bound: patterns that cost less than
 * is said here exist, those that cost more do not.
 *
 * The pattern is an automaton with a state for each character that it has. Where two ways lead from a state to itself by one
 * text, each turn doubles the ways: the cost is exponential. Where one text leads from a state to itself, from it to another,
 * and from that to itself, the second may be entered at each turn of the first: each such pair along a way raises the degree
 * by one. Looking for the pattern from every place on is a first state of that kind.
 *
 * @see Weber and Seidl, "On the degree of ambiguity of finite automata", 1991
 */
export function backtrackingCost(node: PatternNode): BacktrackingCost {
  const graph = PatternGraph.of(node);
  if (graph === undefined) return hopeless;
  const visits = { left: mostVisits };
  const loops = graph.components.filter((component) => graph.isLoop(component));
  if (loops.some((loop) => isExponential(graph, loop, visits))) return hopeless;
  return { degree: 1 + mostLinks(graph, loops, visits), factor: stepsFromStart(graph) };
}

/** Whether one text leads from a state of the loop back to it in two ways. */
function isExponential(graph: PatternGraph, loop: readonly number[], visits: { left: number }): boolean {
  const inside = new Set(loop);
  const next = (state: number): [number, number][] =>
    [...graph.next[state]!].filter(([to]) => inside.has(to));
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

/** The most pairs of loops along one way of which the second may be entered at each turn of the first. */
function mostLinks(graph: PatternGraph, loops: readonly (readonly number[])[], visits: { left: number }): number {
  const reach = loops.map((loop) => graph.reachableFrom(loop[0]!));
  const most = new Map<number, number>();
  const links = (index: number): number => {
    const known = most.get(index);
    if (known !== undefined) return known;
    let best = 0;
    for (const [other, loop] of loops.entries()) {
      if (other === index || !reach[index]!.has(loop[0]!)) continue;
      const after = links(other);
      // One that could not raise the number need not be looked at.
      if (after + 1 <= best) continue;
      best = Math.max(best, after + (areLinked(graph, loops[index]!, loop, visits) ? 1 : 0));
    }
    most.set(index, best);
    return best;
  };
  return Math.max(0, ...loops.map((_, index) => links(index)));
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
