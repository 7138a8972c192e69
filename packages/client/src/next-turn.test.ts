import { setImmediate as turn } from "node:timers/promises";
import { expect, it } from "vitest";
import { nextTurn } from "./next-turn.ts";

it("has a few of those that wait go on in each turn of the event loop, in their order", async () => {
  const gone: number[] = [];
  const all = Array.from({ length: 10 }, (_, index) => nextTurn().then(() => gone.push(index)));
  expect(gone).toEqual([]);
  const byTurn: number[] = [];
  while (gone.length < 10) {
    await turn();
    byTurn.push(gone.length);
  }
  await Promise.all(all);
  expect(gone).toEqual(Array.from(gone.keys()));
  for (const [index, length] of byTurn.entries()) expect(length - (byTurn[index - 1] ?? 0)).toBeLessThanOrEqual(4);
});

it("has those that wait again go behind those that have waited", async () => {
  const order: string[] = [];
  const wait = async (name: string, times: number): Promise<void> => {
    for (let i = 0; i < times; i++) {
      await nextTurn();
      order.push(name);
    }
  };
  await Promise.all(["a", "b", "c", "d", "e", "f"].map((name) => wait(name, 2)));
  expect(order.slice(0, 6)).toEqual(["a", "b", "c", "d", "e", "f"]);
});
