import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { encodeSpans } from "./native-spans.ts";

describe("encodeSpans", () => {
  it.each<[string, [number, number][], object]>([
    ["nothing", [], { spans: [], deltas: [] }],
    ["one bucket", [[-3, 7]], { spans: [{ offset: -3, length: 1 }], deltas: [7] }],
    [
      "neighbours",
      [
        [0, 2],
        [1, 5],
        [2, 1],
      ],
      { spans: [{ offset: 0, length: 3 }], deltas: [2, 3, -4] },
    ],
    [
      "a gap of two",
      [
        [4, 3],
        [7, 5],
      ],
      { spans: [{ offset: 4, length: 4 }], deltas: [3, -3, 0, 5] },
    ],
    [
      "a gap of three",
      [
        [-5, 3],
        [-1, 5],
        [0, 5],
        [2, 1],
      ],
      {
        spans: [
          { offset: -5, length: 1 },
          { offset: 3, length: 4 },
        ],
        deltas: [3, 2, 0, -5, 1],
      },
    ],
  ])("writes %s", (_, buckets, encoded) => {
    expect(encodeSpans(buckets)).toEqual(encoded);
  });

  it("can be read back", () => {
    fc.assert(
      fc.property(
        fc.dictionary(fc.integer({ min: -50, max: 50 }).map(String), fc.integer({ min: 1, max: 99 })),
        (counts) => {
          const buckets = Object.entries(counts)
            .map(([index, count]) => [Number(index), count] as const)
            .toSorted(([a], [b]) => a - b);
          const { spans, deltas } = encodeSpans(buckets);
          const read: [number, number][] = [];
          let index = 0;
          let count = 0;
          let next = 0;
          for (const { offset, length } of spans) {
            index += offset;
            for (let i = 0; i < length; i++, index++) {
              count += deltas[next++]!;
              if (count > 0) read.push([index, count]);
            }
          }
          expect(read).toEqual(buckets);
          expect(next).toBe(deltas.length);
        },
      ),
      { seed: 5, numRuns: 200 },
    );
  });
});
