import { expect, it } from "vitest";
import { Counter, Registry } from "./index.ts";

it("a bound series never writes to another that has taken its place", async () => {
  const registers = [new Registry()];
  const counter = new Counter({ name: "c", help: "C.", labelNames: ["a"], registers });
  const x = counter.labels("x");
  x.inc(5);
  counter.remove("x");
  counter.inc({ a: "y" });
  x.inc();
  expect((await counter.get()).values).toEqual(
    expect.arrayContaining([
      { value: 1, labels: { a: "y" } },
      { value: 1, labels: { a: "x" } },
    ]),
  );
  counter.reset();
  x.inc();
  expect((await counter.get()).values).toEqual([{ value: 1, labels: { a: "x" } }]);
});

it("a bound series is exposed from its first call on", async () => {
  const counter = new Counter({ name: "c", help: "C.", labelNames: ["a"], registers: [] });
  // oxlint-disable-next-line typescript/unbound-method -- it is bound, and programs take it out of its object.
  const { inc } = counter.labels({ a: "x" });
  expect((await counter.get()).values).toEqual([]);
  inc(0);
  expect((await counter.get()).values).toEqual([{ value: 0, labels: { a: "x" } }]);
});
