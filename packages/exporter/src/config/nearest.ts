import { quote } from "./problem.ts";

const mostNamed = 20;

/** What is wrong with a key that is not one of the known ones; undefined for `known` is none that can be named. */
export function unknownKey(key: string, known: readonly string[] | undefined): string {
  // What follows may be a secret: in braces, "password:sesame" is a key.
  const [, name] = /^([^\s:=]+)[:=]/.exec(key) ?? [];
  if (name !== undefined && known?.includes(name) === true) {
    return `${quote(name)} must be followed by a colon and a space; write ${name}: value`;
  }
  return `unknown key ${quote(key)}; ${known === undefined ? "remove it" : suggest(key, known)}`;
}

/** What to do about a key or value that is not known: the nearest of the known ones, or all of them. */
export function suggest(unknown: string, known: readonly string[]): string {
  if (known.length === 0) return "nothing may stand here; remove it";
  const near = nearest(unknown, known);
  if (near !== undefined) return `did you mean ${quote(near)}?`;
  const named = known.slice(0, mostNamed).join(", ");
  return `known here: ${named}${known.length > mostNamed ? `, and ${known.length - mostNamed} more` : ""}`;
}

/** The known word that is fewest typing errors away, one for three letters at most, or that one of both begins with. */
export function nearest(unknown: string, known: readonly string[]): string | undefined {
  const word = normal(unknown);
  let best: string | undefined;
  let fewest = Infinity;
  for (const candidate of known) {
    const other = normal(candidate);
    const [shorter, longer] = word.length < other.length ? [word, other] : [other, word];
    const errors = shorter.length >= 3 && longer.startsWith(shorter) ? 1 : distance(word, other);
    if (errors < fewest && errors <= Math.max(1, Math.floor(longer.length / 3))) {
      best = candidate;
      fewest = errors;
    }
  }
  return best;
}

/** Hyphens, capitals and camel case are no typing errors. */
function normal(word: string): string {
  return word
    .slice(0, 100)
    .replaceAll(/(?<=[a-z])(?=[A-Z])/g, "_")
    .toLowerCase()
    .replaceAll(/[-.\s]/g, "_");
}

/** How many letters are to be added, removed, replaced or swapped with their neighbour. */
function distance(from: string, to: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (let i = 1; i <= from.length; i++) {
    const row = [i];
    for (let j = 1; j <= to.length; j++) {
      const same = from[i - 1] === to[j - 1];
      let errors = Math.min(last[j]! + 1, row[j - 1]! + 1, last[j - 1]! + (same ? 0 : 1));
      if (i > 1 && j > 1 && from[i - 1] === to[j - 2] && from[i - 2] === to[j - 1]) {
        errors = Math.min(errors, beforeLast[j - 2]! + 1);
      }
      row.push(errors);
    }
    beforeLast = last;
    last = row;
  }
  return last[to.length]!;
}
