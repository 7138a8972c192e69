import { type Alias, type Document, isAlias, isMap, isScalar, isSeq, type Node, type Pair, parseDocument } from "yaml";
import { type Environment, substitute } from "./environment.ts";
import { type Path, type Place, type Problem, quote } from "./problem.ts";
import type { Entry, ScalarTree, Tree } from "./tree.ts";
import { syntaxProblems } from "./yaml-syntax.ts";

/** A file as read: a tree if its syntax permits, and what is wrong. */
export interface Parsed {
  readonly tree?: Tree;
  readonly problems: Problem[];
}

// Anchors can make a small file stand for a huge tree, and a tree that holds itself.
const mostNodes = 100_000;
const deepest = 64;

/** Reads one document of YAML 1.2, with merge keys, and puts in the variables of the environment. Never throws. */
export function parseYaml(file: string, text: string, environment: Environment): Parsed {
  const placeAt = placesIn(file, text);
  const start: Place = { file, line: 1, column: 1 };
  let document: Document.Parsed;
  try {
    document = parseDocument(text, { prettyErrors: false, uniqueKeys: false, merge: true });
  } catch {
    // The parser calls itself for what is nested.
    return { problems: [{ at: start, path: [], text: `is nested more than ${deepest} deep; flatten it` }] };
  }
  const problems = syntaxProblems([...document.errors, ...document.warnings], placeAt);
  if (problems.length > 0) return { problems };
  if (document.contents === null || (isScalar(document.contents) && document.contents.value === null)) {
    return {
      problems: [{ at: start, path: [], text: "is empty; write what it is to configure, or {} for the defaults" }],
    };
  }
  const builder = new TreeBuilder(placeAt, environment);
  return { tree: builder.build(document.contents, [], start), problems: builder.problems };
}

/** Where each offset is. Not the parser's own LineCounter, which is told of no lines once the parser is lost. */
function placesIn(file: string, text: string): (offset: number) => Place {
  const starts = [0];
  for (let end = text.indexOf("\n"); end >= 0; end = text.indexOf("\n", end + 1)) starts.push(end + 1);
  return (offset) => {
    let line = 0;
    for (let step = 1 << 30; step > 0; step >>= 1) {
      const next = starts[line + step];
      if (next !== undefined && next <= offset) line += step;
    }
    return { file, line: line + 1, column: Math.min(offset, text.length) - starts[line]! + 1 };
  };
}

class TreeBuilder {
  readonly problems: Problem[] = [];
  readonly #anchors = new Map<string, Node>();
  /** How many aliases lead to the node that is being built. */
  #aliases = 0;
  /** How many nodes hold the one that is being built. Merge keys add no step to its path. */
  #depth = 0;
  readonly #placeAt: (offset: number) => Place;
  readonly #environment: Environment;
  #nodes = 0;

  constructor(placeAt: (offset: number) => Place, environment: Environment) {
    this.#placeAt = placeAt;
    this.#environment = environment;
  }

  /** The tree of a node. `fallback` is where it stands if it does not know. */
  build(node: Node | null, path: Path, fallback: Place): Tree {
    this.#depth++;
    const tree = this.#build(node, path, fallback);
    this.#depth--;
    return tree;
  }

  #build(node: Node | null, path: Path, fallback: Place): Tree {
    const at = node?.range == null ? fallback : this.#placeAt(node.range[0]);
    this.#nodes++;
    if (this.#nodes > mostNodes || this.#depth > deepest) return this.#tooMuch(at, path);
    if (isAlias(node)) return this.#target(node, path, at);
    const anchor = node?.anchor;
    if (node !== null && anchor !== undefined && this.#aliases === 0) this.#anchors.set(anchor, node);
    if (isMap(node)) {
      const entries = new Map<string, Entry>();
      for (const pair of node.items as Pair<Node, Node | null>[]) this.#addPair(entries, pair, path, at);
      return { kind: "map", at, entries };
    }
    if (isSeq(node)) {
      const items = (node.items as (Node | null)[]).map((item, index) => this.build(item, [...path, index], at));
      return { kind: "list", at, items };
    }
    return this.#scalar(node, path, at);
  }

  #addPair(entries: Map<string, Entry>, { key, value }: Pair<Node, Node | null>, path: Path, parent: Place): void {
    const at = key.range == null ? parent : this.#placeAt(key.range[0]);
    if (!isScalar(key)) {
      this.problems.push({ at, path, text: "a key must be a plain text; write it without brackets, braces or *" });
      return;
    }
    if (key.source === "<<" && key.type === "PLAIN") {
      this.#mergeKey(entries, value, path, at);
      return;
    }
    const name = key.source ?? String(key.value);
    const first = entries.get(name);
    if (first !== undefined && !this.#merged.has(first)) {
      const text = `is given twice, first in line ${first.at.line}; keep one of them`;
      this.problems.push({ at, path: [...path, name], text });
    } else if (name === "__proto__") {
      this.problems.push({ at, path, text: `unknown key ${quote(name)}; remove it` });
    } else {
      entries.set(name, { at, value: this.build(value, [...path, name], at) });
    }
  }

  /** Entries that came by a merge key, which those written out take precedence over. */
  readonly #merged = new WeakSet<Entry>();

  #mergeKey(entries: Map<string, Entry>, value: Node | null, path: Path, at: Place): void {
    const merged = this.build(value, path, at);
    for (const source of merged.kind === "list" ? merged.items : [merged]) {
      if (source.kind !== "map") {
        if (!(source.kind === "scalar" && source.broken)) {
          this.problems.push({ at, path, text: "<< takes the alias of a mapping, or a list of them" });
        }
        continue;
      }
      for (const [name, { value: inherited }] of source.entries) {
        if (entries.has(name)) continue;
        const entry = { at, value: inherited };
        this.#merged.add(entry);
        entries.set(name, entry);
      }
    }
  }

  /** What an alias stands for, which points at the alias where that is all there is to say. */
  #target(alias: Alias, path: Path, at: Place): Tree {
    // Not the parser's own resolve(), which looks through the whole document each time.
    const target = this.#anchors.get(alias.source);
    if (target !== undefined) {
      this.#aliases++;
      const tree = this.build(target, path, at);
      this.#aliases--;
      return tree;
    }
    this.problems.push({
      at,
      path,
      text: "stands for an anchor that does not exist; quote the text if it is no alias",
    });
    return { kind: "scalar", at, value: null, broken: true };
  }

  #scalar(node: Node | null, path: Path, at: Place): ScalarTree {
    const value: unknown = isScalar(node) ? node.value : null;
    if (typeof value === "string") {
      const substituted = substitute(value, this.#environment);
      if (substituted === undefined) return { kind: "scalar", at, value };
      if ("text" in substituted)
        return { kind: "scalar", at, value: substituted.text, written: value, variables: substituted.values };
      this.problems.push({ at, path, text: substituted.problem });
      return { kind: "scalar", at, value, written: value, broken: true };
    }
    if (value === null || typeof value === "number" || typeof value === "boolean") return { kind: "scalar", at, value };
    this.problems.push({ at, path, text: "is neither text nor number, true, false, list or mapping; quote it" });
    return { kind: "scalar", at, value: null, broken: true };
  }

  #tooMuch(at: Place, path: Path): ScalarTree {
    // One of them is enough: what follows is cut off too.
    if (!this.#saidTooMuch) {
      this.#saidTooMuch = true;
      const text =
        this.#depth > deepest
          ? `is nested more than ${deepest} deep; flatten it`
          : `stands for more than ${mostNodes} values, as aliases of aliases do; write them out`;
      this.problems.push({ at, path: path.slice(0, 8), text });
    }
    return { kind: "scalar", at, value: null, broken: true };
  }
  #saidTooMuch = false;
}
