/** What a label must be: `*` in `value` stands for any characters. */
export interface LabelMatcher {
  readonly label: string;
  readonly isNegated: boolean;
  readonly value: string;
}

/** A search: words that a metric's name or help must have, and what its labels must be. */
export interface Search {
  readonly words: readonly string[];
  readonly matchers: readonly LabelMatcher[];
}

/** Reads what is typed into the search: words, `label=value`, `label!=value`, with `"` around values that have spaces. */
export function parseSearch(text: string): Search {
  const words: string[] = [];
  const matchers: LabelMatcher[] = [];
  for (const [part] of text.matchAll(/(?:"[^"]*"?|[^\s",])+/g)) {
    const found = /^([^=!"]+)(!?)=~?(.*)$/s.exec(part);
    if (found === null) words.push(part.replaceAll('"', "").toLowerCase());
    else matchers.push({ label: found[1]!, isNegated: found[2] === "!", value: found[3]!.replaceAll('"', "") });
  }
  // Half-typed: it would hide everything.
  return { words: words.filter((word) => word !== ""), matchers: matchers.filter(({ value }) => value !== "") };
}

/** Whether a text fits a pattern in which `*` stands for any characters. Takes linear time but for a factor of the stars. */
export function fitsPattern(text: string, pattern: string): boolean {
  const parts = pattern.split("*");
  const [first, last] = [parts[0]!, parts.at(-1)!];
  if (parts.length === 1) return text === pattern;
  if (text.length < first.length + last.length || !text.startsWith(first) || !text.endsWith(last)) return false;
  let at = first.length;
  const end = text.length - last.length;
  for (const part of parts.slice(1, -1)) {
    const found = text.indexOf(part, at);
    if (found < 0 || found + part.length > end) return false;
    at = found + part.length;
  }
  return true;
}

/** Whether labels, by name, are what all matchers ask for. A label that is not there is the empty text. */
export function fitsMatchers(labelOf: (name: string) => string, matchers: readonly LabelMatcher[]): boolean {
  return matchers.every(({ label, isNegated, value }) => fitsPattern(labelOf(label), value) !== isNegated);
}
