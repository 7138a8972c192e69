import * as fc from "fast-check";
import { describe, it } from "vitest";
import { Fifo } from "./fifo.ts";

describe("a queue", () => {
  it("gives what it was given, in that order, whenever it is taken", () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(3000), fc.nat(3000)), { maxLength: 20 }), (steps) => {
        const fifo = new Fifo<number>();
        let pushed = 0;
        let taken = 0;
        for (const [pushes, takes] of steps) {
          for (let push = 0; push < pushes; push++) fifo.push(pushed++);
          for (let take = 0; take < takes; take++) {
            const expected = taken < pushed ? taken++ : undefined;
            if (fifo.shift() !== expected) return false;
          }
          if (fifo.length !== pushed - taken) return false;
        }
        return true;
      }),
    );
  });
});
