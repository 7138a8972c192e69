/** The digits of the integers of a document that a number of JavaScript cannot hold, by the number that stands for each. */
export type Digits = Map<number, string>;

// Beyond this nobody counts, and an attacker would have us look for a free number for ever.
const mostNeighbours = 64;

/**
 * Returns a JSON text in which each integer beyond 2^53 has a number of its own that can be held: the nearest that no other such
 * integer of the text has. So identifiers that differ stay different, and what stands for them is off by some 10^-16 at most. Adds them to `digits`.
 */
export function withDistinctIntegers(text: string, digits: Digits): string {
  if (!/\d{16}/.test(text)) return text;
  const parts: string[] = [];
  const full = new Set<number>();
  for (let start = 0; start < text.length;) {
    const quote = text.indexOf('"', start);
    const end = quote < 0 ? text.length : quote;
    parts.push(
      text
        .slice(start, end)
        .replaceAll(/(?<![\d.eE+-])-?\d{16,}(?![\d.eE])/g, (integer) => held(integer, digits, full)),
    );
    start = quote < 0 ? end : endOfString(text, quote);
    parts.push(text.slice(end, start));
  }
  return parts.join("");
}

/** A number that stands for an integer. `full` has those that have no free neighbour any more. */
function held(integer: string, digits: Digits, full: Set<number>): string {
  const nearest = Number(integer);
  if (Number.isSafeInteger(nearest) || !Number.isFinite(nearest) || full.has(nearest)) return integer;
  let number = nearest;
  for (let i = 0; i < mostNeighbours; i++) {
    const taken = digits.get(number);
    if (taken === undefined) digits.set(number, integer);
    if (taken === undefined || taken === integer) return String(number);
    number = next(number);
  }
  full.add(nearest);
  return integer;
}

const bits = new BigInt64Array(1);
const numbers = new Float64Array(bits.buffer);

/** The number after this one, away from zero. */
function next(number: number): number {
  numbers[0] = number;
  bits[0]! += 1n;
  return numbers[0];
}

/** Where the string ends that begins at a quote. */
function endOfString(text: string, start: number): number {
  for (let quote = text.indexOf('"', start + 1); quote >= 0; quote = text.indexOf('"', quote + 1)) {
    let backslashes = 0;
    while (text[quote - 1 - backslashes] === "\\") backslashes++;
    if (backslashes % 2 === 0) return quote + 1;
  }
  return text.length;
}
