import * as fc from "fast-check";
import { expect, it } from "vitest";
import { ByteWriter } from "./byte-writer.ts";
import { writeDecimal } from "./write-decimal.ts";
import { writeNumber } from "./write-number.ts";

function written(value: number): string {
  const writer = new ByteWriter(4);
  writeNumber(writer, value);
  return new TextDecoder().decode(writer.bytes.subarray(0, writer.end));
}

/** Numbers of few digits, those next to them, and all others. */
const number = fc.oneof(
  fc.double(),
  fc.double({ min: 1e-7, max: 1e17, noNaN: true }),
  fc.double({ min: 0, max: 1, noNaN: true }),
  fc.tuple(fc.maxSafeNat(), fc.integer({ min: -22, max: 4 })).map(([digits, power]) => digits * 10 ** power),
  fc.tuple(fc.nat(1e6), fc.integer({ min: 0, max: 9 })).map(([digits, power]) => digits / 10 ** power),
  fc.tuple(fc.integer({ min: -20, max: 60 }), fc.integer({ min: -3, max: 3 })).map(([n, step]) => near(2 ** n, step)),
  fc.tuple(fc.integer({ min: -8, max: 18 }), fc.integer({ min: -3, max: 3 })).map(([n, step]) => near(10 ** n, step)),
);

/** The number some steps above or below another, from one double to the next. */
function near(value: number, steps: number): number {
  const float = new Float64Array([value]);
  new BigInt64Array(float.buffer)[0]! += BigInt(steps);
  return float[0]!;
}

it("writes every number as JavaScript prints it, and what has other names in Prometheus by those", () => {
  fc.assert(
    fc.property(number, fc.boolean(), (size, isNegative) => {
      const value = isNegative ? -size : size;
      expect(written(value)).toBe(
        Object.is(value, -0)
          ? "-0"
          : String(value)
              .replace(/^(-?)I/, (_, s) => `${s || "+"}I`)
              .replace("Infinity", "Inf"),
      );
    }),
    { numRuns: 20_000 },
  );
});

it("takes the short way for nearly all numbers between 1e-5 and 1e15", () => {
  const bytes = new Uint8Array(32);
  let short = 0;
  for (let i = 1; i <= 10_000; i++) if (writeDecimal(bytes, 0, Math.sqrt(i) * 10 ** ((i % 19) - 5)) > 0) short++;
  expect(short).toBeGreaterThan(9_800);
});

it.each([
  [0, "0"],
  [4_294_967_295, "4294967295"],
  [4_294_967_296, "4294967296"],
  [0.1, "0.1"],
  [0.30000000000000004, "0.30000000000000004"],
  [5e-324, "5e-324"],
  [0.00001, "0.00001"],
  [999999999999999.9, "999999999999999.9"],
  [1e21, "1e+21"],
  [9.999999999999998, "9.999999999999998"],
])("writes %d as %s", (value, text) => {
  expect(written(value)).toBe(text);
});
