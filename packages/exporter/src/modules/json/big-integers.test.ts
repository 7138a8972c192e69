import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { withDistinctIntegers } from "./big-integers.ts";

describe("integers beyond 2^53", () => {
  it("have a number each, which knows their digits and is as near as can be", () => {
    const integers = fc.uniqueArray(fc.bigInt({ min: -(2n ** 66n), max: 2n ** 66n }), { maxLength: 30 });
    fc.assert(
      fc.property(integers, fc.string(), (values, text) => {
        const digits = new Map<number, string>();
        const keyed = values.map((value) => `{${JSON.stringify(`${text}${value}"`)}:[${value} ,-1.5e3]}`);
        const read = JSON.parse(withDistinctIntegers(`[${keyed.join(",")}]`, digits)) as Record<string, number[]>[];
        const numbers = read.map((item) => Object.values(item)[0]![0]!);
        expect(numbers.map((number) => digits.get(number) ?? String(number))).toEqual(values.map(String));
        expect(read.map((item) => Object.keys(item)[0])).toEqual(values.map((value) => `${text}${value}"`));
        for (const [i, number] of numbers.entries()) {
          expect(Math.abs(number / Number(values[i]) - 1) < 1e-12 || number === Number(values[i])).toBe(true);
        }
      }),
    );
  });

  it("differ also where they are next to each other", () => {
    const digits = new Map<number, string>();
    const values = Array.from({ length: 50 }, (_, i) => String(2n ** 63n + BigInt(i)));
    const read = JSON.parse(withDistinctIntegers(`[${values.join(",")}]`, digits)) as number[];
    expect(new Set(read).size).toBe(50);
    expect(read.map((number) => digits.get(number))).toEqual(values);
  });

  it.each([
    '{"a":"1234567890123456789012","b":0.12345678901234567,"c":1e1234567890123456789,"d":12345678901234567e1}',
    '["\\\\", "\\"12345678901234567890", 1]',
    '"unterminated 12345678901234567890',
  ])("are the only ones that change: %s", (text) => {
    const digits = new Map<number, string>();
    expect(withDistinctIntegers(text, digits)).toBe(text);
    expect(digits.size).toBe(0);
  });
});
