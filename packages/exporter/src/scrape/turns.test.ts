import { setImmediate as turn } from "node:timers/promises";
import { expect, it } from "vitest";
import { Turns } from "./turns.ts";

it("those that come at once go on one by one, in their order, and who comes alone does not wait", async () => {
  const turns = new Turns();
  expect(turns.take()).toBeUndefined();
  const gone: number[] = [];
  const all = [1, 2, 3].map(async (each) => {
    await turns.take();
    gone.push(each);
  });
  const byTurn: number[] = [];
  while (gone.length < 3) {
    await turn();
    byTurn.push(gone.length);
  }
  await Promise.all(all);
  expect(gone).toEqual([1, 2, 3]);
  for (const [index, length] of byTurn.entries()) expect(length - (byTurn[index - 1] ?? 0)).toBeLessThanOrEqual(1);
  await turn();
  await turn();
  expect(turns.take()).toBeUndefined();
});
