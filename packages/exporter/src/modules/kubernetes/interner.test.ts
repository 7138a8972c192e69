import { expect, it } from "vitest";
import { Interner } from "./interner.ts";

it("makes a value once for as long as it is asked for, and never has more than two generations", () => {
  const interner = new Interner<object>(10);
  const first = interner.take("lasts", () => ({}));
  const second = interner.take("goes", () => ({}));
  for (let i = 0; i < 100; i++) {
    interner.take(`${i}`, () => ({}));
    expect(interner.take("lasts", () => ({}))).toBe(first);
  }
  expect(interner.take("goes", () => ({}))).not.toBe(second);
});
