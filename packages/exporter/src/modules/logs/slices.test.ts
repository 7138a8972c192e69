import { setImmediate as turn } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { Slices } from "./slices.ts";

/** Works slice after slice, as whoever reads a file that has no end, until it is told to stop. */
class Worker {
  slices = 0;
  isStopped = false;

  async run(slices: Slices): Promise<void> {
    while (!this.isStopped) {
      this.slices++;
      while (!slices.isOver) Math.random();
      await slices.next();
    }
  }
}

/** Keeps the event loop busy for a while, as the other scrapes of a turn do. */
function work(milliseconds: number): void {
  const end = performance.now() + milliseconds;
  while (performance.now() < end) Math.random();
}

describe("slices", () => {
  it("leave a scrape most turns of the event loop", async () => {
    const slices = new Slices();
    const worker = new Worker();
    const running = worker.run(slices);
    slices.hurry();
    worker.slices = 0;
    // As many as a scrape may take, each of them short.
    for (let turns = 0; turns < 40; turns++) await turn();
    expect(worker.slices).toBeGreaterThan(0);
    expect(worker.slices).toBeLessThan(40 / 2);
    worker.isStopped = true;
    await running;
  });

  it("go on while scrapes never end, and take up every turn", async () => {
    const slices = new Slices();
    const worker = new Worker();
    const running = worker.run(slices);
    slices.hurry();
    worker.slices = 0;
    for (let turns = 0; turns < 8; turns++) {
      slices.hurry();
      work(6);
      await turn();
    }
    // Whoever waited for as long as that comes next.
    expect(worker.slices).toBeGreaterThanOrEqual(7);
    worker.isStopped = true;
    await running;
  });

  it("are given in turn", async () => {
    const slices = new Slices();
    const order: string[] = [];
    const waiting = ["a", "b", "c"].map(async (name) => {
      await slices.next();
      order.push(name);
    });
    slices.hurry();
    await Promise.all(waiting);
    expect(order).toEqual(["a", "b", "c"]);
  });
});
