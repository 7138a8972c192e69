import { type CharSet, classes } from "./char-set.ts";
import type { PatternNode } from "./pattern-syntax.ts";

const mostStates = 2000;
const mostEdges = 60_000;
/** What numbers are cut at: beyond it makes no difference. */
export const enough = 1e12;

/** How many ways lead to each of some states. */
export type Ways = Map<number, number>;

/** What a part of a pattern begins and ends with, and in how many ways; and in how many ways it matches nothing. */
interface Part {
  readonly first: Ways;
  readonly last: Ways;
  readonly empty: number;
}

class TooLarge extends Error {}

/**
 * The automaton of a pattern: a state for each character that it takes, repetitions written out, and a first one, which takes
 * any character where the pattern may begin anywhere. Anchors are left out, so that it takes more than the pattern.
 */
export class PatternGraph {
  /** From each state to those that may come next, in how many ways. */
  readonly next: readonly Ways[];
  /** The characters that lead into each state, a bit for each kind of characters that the pattern tells apart. */
  readonly masks: readonly bigint[];
  /** States that lead to each other, what is reached later first. */
  readonly components: readonly (readonly number[])[];

  private constructor(next: readonly Ways[], sets: readonly CharSet[]) {
    this.next = next;
    this.masks = masksOf(sets);
    this.components = componentsOf(next);
  }

  /** Undefined where it would be too large. */
  static of(node: PatternNode): PatternGraph | undefined {
    const next: Ways[] = [new Map()];
    const sets: CharSet[] = [classes.any];
    try {
      const builder = new Builder(next, sets);
      const { first } = builder.build(node);
      builder.connect(new Map([[0, 1]]), first, 1);
    } catch (error) {
      if (error instanceof TooLarge) return undefined;
      throw error;
    }
    if (!isAnchored(node)) next[0]!.set(0, 1);
    return new PatternGraph(next, sets);
  }

  /** Whether a way leads from the states of a component back to them. */
  isLoop(component: readonly number[]): boolean {
    return component.length > 1 || this.next[component[0]!]!.has(component[0]!);
  }

  reachableFrom(state: number): Set<number> {
    const found = new Set<number>();
    const queue = [state];
    for (const from of queue) {
      for (const to of this.next[from]!.keys()) {
        if (found.has(to)) continue;
        found.add(to);
        queue.push(to);
      }
    }
    return found;
  }
}

class Builder {
  readonly #next: Ways[];
  readonly #sets: CharSet[];
  #edges = 0;

  constructor(next: Ways[], sets: CharSet[]) {
    this.#next = next;
    this.#sets = sets;
  }

  build(node: PatternNode): Part {
    switch (node.kind) {
      case "set": {
        const state = this.#next.length;
        if (state >= mostStates) throw new TooLarge();
        this.#next.push(new Map());
        this.#sets.push(node.set);
        return { first: new Map([[state, 1]]), last: new Map([[state, 1]]), empty: 0 };
      }
      case "anchor":
        return { first: new Map(), last: new Map(), empty: 1 };
      case "group":
        return this.build(node.item);
      case "sequence":
        return node.items.reduce((before: Part, item) => this.#joined(before, this.build(item)), nothing());
      case "choice": {
        const parts = node.options.map((option) => this.build(option));
        return {
          first: sum(parts.map(({ first }) => [first, 1])),
          last: sum(parts.map(({ last }) => [last, 1])),
          empty: Math.min(
            enough,
            parts.reduce((ways, { empty }) => ways + empty, 0),
          ),
        };
      }
      default:
        return this.#repeated(node.item, node.min, node.max);
    }
  }

  /** `x{2,4}` as `x x (x (x)?)?`, and `x{2,}` as `x x x*`. */
  #repeated(item: PatternNode, min: number, max: number): Part {
    let part = nothing();
    for (let i = 0; i < min; i++) part = this.#joined(part, this.build(item));
    if (max === Infinity) return this.#joined(part, this.#any(item));
    let optional: Part = nothing();
    for (let i = min; i < max; i++) {
      // An optional turn that takes nothing is none.
      const inner = this.#joined({ ...this.build(item), empty: 0 }, optional);
      optional = { ...inner, empty: 1 };
    }
    return this.#joined(part, optional);
  }

  #any(item: PatternNode): Part {
    const { first, last } = this.build(item);
    this.connect(last, first, 1);
    return { first, last, empty: 1 };
  }

  #joined(a: Part, b: Part): Part {
    this.connect(a.last, b.first, 1);
    return {
      first: sum([
        [a.first, 1],
        [b.first, a.empty],
      ]),
      last: sum([
        [b.last, 1],
        [a.last, b.empty],
      ]),
      empty: Math.min(enough, a.empty * b.empty),
    };
  }

  connect(from: Ways, to: Ways, ways: number): void {
    for (const [a, waysOfA] of from) {
      for (const [b, waysOfB] of to) {
        if (++this.#edges > mostEdges) throw new TooLarge();
        const edges = this.#next[a]!;
        edges.set(b, Math.min(enough, (edges.get(b) ?? 0) + waysOfA * waysOfB * ways));
      }
    }
  }
}

function nothing(): Part {
  return { first: new Map(), last: new Map(), empty: 1 };
}

function sum(terms: readonly (readonly [Ways, number])[]): Ways {
  const all: Ways = new Map();
  for (const [ways, times] of terms) {
    if (times === 0) continue;
    for (const [state, count] of ways) all.set(state, Math.min(enough, (all.get(state) ?? 0) + count * times));
  }
  return all;
}

/** Whether it can match at the start of a text alone. */
function isAnchored(node: PatternNode): boolean {
  switch (node.kind) {
    case "anchor":
      return node.at === "start";
    case "sequence":
      return node.items.length > 0 && isAnchored(node.items[0]!);
    case "choice":
      return node.options.every(isAnchored);
    case "group":
      return isAnchored(node.item);
    case "repeat":
      return node.min > 0 && isAnchored(node.item);
    default:
      return false;
  }
}

/** The characters are cut where a set begins or ends; each piece is a bit. */
function masksOf(sets: readonly CharSet[]): bigint[] {
  const cuts = [...new Set(sets.flat().flatMap(([first, last]) => [first, last + 1]))].toSorted((a, b) => a - b);
  const bitOf = new Map(cuts.map((cut, index) => [cut, BigInt(index)]));
  return sets.map((set) => {
    let mask = 0n;
    for (const [first, last] of set) mask |= (1n << bitOf.get(last + 1)!) - (1n << bitOf.get(first)!);
    return mask;
  });
}

/** Tarjan's algorithm, without recursion: a pattern may be long. */
function componentsOf(next: readonly Ways[]): number[][] {
  const components: number[][] = [];
  const indexes: number[] = [];
  const lows: number[] = [];
  const stack: number[] = [];
  const isOnStack = new Set<number>();
  let counter = 0;
  for (let root = 0; root < next.length; root++) {
    if (indexes[root] !== undefined) continue;
    const calls: { state: number; edges: Iterator<number> }[] = [];
    const enter = (state: number): void => {
      indexes[state] = lows[state] = counter++;
      stack.push(state);
      isOnStack.add(state);
      calls.push({ state, edges: next[state]!.keys() });
    };
    enter(root);
    while (calls.length > 0) {
      const { state, edges } = calls.at(-1)!;
      const edge = edges.next();
      if (edge.done !== true) {
        if (indexes[edge.value] === undefined) enter(edge.value);
        else if (isOnStack.has(edge.value)) lows[state] = Math.min(lows[state]!, indexes[edge.value]!);
        continue;
      }
      calls.pop();
      const caller = calls.at(-1)?.state;
      if (caller !== undefined) lows[caller] = Math.min(lows[caller]!, lows[state]!);
      if (lows[state] !== indexes[state]) continue;
      const component: number[] = [];
      for (let popped = -1; popped !== state;) {
        popped = stack.pop()!;
        isOnStack.delete(popped);
        component.push(popped);
      }
      components.push(component);
    }
  }
  return components;
}
