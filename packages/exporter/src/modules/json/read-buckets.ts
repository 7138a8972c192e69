import { shown, toNumber } from "./to-number.ts";

type Bucket = readonly [upperBound: number, count: number];

/**
 * The buckets of a histogram as a document may have them: an object of counts by upper bound, `{"0.1": 3, "+Inf": 5}`, or a
 * list of `[bound, count]` or of objects with `le` and `count`. Returned are cumulative ones, the last with the bound
 * Infinity. Throws an error that says what is wrong.
 */
export function readBuckets(found: unknown, count: unknown, isCumulative: boolean): Bucket[] {
  const given = pairsOf(found)
    .map(([bound, number]) => [toNumber(bound, "number"), toNumber(number, "number")] as const)
    .toSorted(([a], [b]) => a - b);
  let total = 0;
  const buckets: Bucket[] = given.map(([bound, number]) => {
    total = isCumulative ? number : total + number;
    return [bound, total];
  });
  if (count !== undefined && buckets.at(-1)?.[0] !== Infinity) buckets.push([Infinity, toNumber(count, "number")]);
  if (buckets.at(-1)?.[0] !== Infinity) throw new Error("there is none for +Inf; add one, or give the count");
  for (const [i, [bound, number]] of buckets.entries()) {
    const [boundBefore, before] = buckets[i - 1] ?? [-Infinity, 0];
    if (!(bound > boundBefore)) throw new Error(`there are two for ${bound}`);
    if (!(number >= before && number < Infinity)) {
      throw new Error(
        `the count up to ${bound} is ${number}, which is less than ${before}; set cumulative: false, if each counts alone`,
      );
    }
  }
  return buckets;
}

function pairsOf(found: unknown): readonly (readonly [unknown, unknown])[] {
  if (Array.isArray(found)) return found.map((each: unknown) => pairOf(each));
  if (typeof found === "object" && found !== null) {
    const single = found as { le?: unknown; count?: unknown };
    return "le" in single && "count" in single ? [[single.le, single.count]] : Object.entries(found);
  }
  throw new Error(`they are ${shown(found)}; give an object of counts by upper bound, or a list`);
}

function pairOf(each: unknown): readonly [unknown, unknown] {
  if (Array.isArray(each) && each.length === 2) return [each[0], each[1]];
  if (typeof each === "object" && each !== null && "le" in each && "count" in each) return [each.le, each.count];
  throw new Error(`one is ${shown(each)}; give [bound, count] or an object with le and count`);
}
