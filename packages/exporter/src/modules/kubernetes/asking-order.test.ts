import { expect, it } from "vitest";
import { AskingOrder } from "./asking-order.ts";

it("has everybody's turn come, and what does not answer wait until the others have been asked", () => {
  const order = new AskingOrder();
  const names = new Set(["a", "b", "c", "d"]);
  expect(order.of(names)).toEqual(["a", "b", "c", "d"]);
  order.asked("a", false);
  order.asked("b", true);
  // Time was up before the others.
  expect(order.of(names)).toEqual(["c", "d", "b", "a"]);
  order.asked("c", false);
  order.asked("a", true);
  expect(order.of(names)).toEqual(["d", "b", "a", "c"]);
  // What goes and comes again has no past.
  expect(order.of(new Set(["d"]))).toEqual(["d"]);
  expect(order.of(names)).toEqual(["a", "b", "c", "d"]);
});
