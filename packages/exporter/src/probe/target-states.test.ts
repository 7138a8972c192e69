import { expect, it, vi } from "vitest";
import { TargetStates } from "./target-states.ts";

function statesOf(maximum: number): { states: TargetStates; failures: unknown[] } {
  const failures: unknown[] = [];
  return { states: new TargetStates(maximum, (error) => failures.push(error)), failures };
}

it("keeps those that were asked for last, and disposes of the others", async () => {
  const { states } = statesOf(2);
  const close = vi.fn();
  for (const key of ["a", "b", "a", "c"]) states.of(key)!.value ??= { key, close };
  expect(close.mock.contexts).toEqual([{ key: "b", close }]);
  expect(states.of("a")!.value).toMatchObject({ key: "a" });
  await states.close();
  expect(close).toHaveBeenCalledTimes(3);
});

it("keeps those that are taken, and has none to give when all are", async () => {
  const { states } = statesOf(2);
  const [a, b] = [states.of("a")!, states.of("b")!];
  await a.take();
  states.of("c");
  expect(states.of("a")).toBe(a);
  expect(states.of("b")).not.toBe(b);
  await states.of("b")!.take();
  expect(states.of("d")).toBeUndefined();
  expect(states.of("a")).toBe(a);
  a.release();
  expect(states.of("d")).toBeDefined();
});

it("keeps those that are held until they are taken, or will not be", () => {
  const { states } = statesOf(1);
  const a = states.of("a")!;
  a.hold();
  a.hold();
  a.letGo();
  expect(states.of("b")).toBeUndefined();
  a.letGo();
  expect(states.of("b")).toBeDefined();
});

/** A state that needs its `this` to be closed. */
class Closing {
  readonly #called: string[];
  constructor(called: string[]) {
    this.#called = called;
  }
  close(): void {
    this.#called.push("close");
  }
}

it("disposes of a state in the way that it offers, and of one that offers none not at all", async () => {
  const { states, failures } = statesOf(10);
  const called: string[] = [];
  states.of("a")!.value = {
    [Symbol.asyncDispose]: async () => called.push("asyncDispose"),
    close: () => called.push("no"),
  };
  states.of("b")!.value = { [Symbol.dispose]: () => called.push("dispose"), close: () => called.push("no") };
  states.of("c")!.value = new Closing(called);
  states.of("d")!.value = { close: "not a function" };
  states.of("e");
  states.of("f")!.value = { close: () => Promise.reject(new Error("cannot close")) };
  await states.close();
  expect(called).toEqual(["asyncDispose", "dispose", "close"]);
  expect(failures).toEqual([new Error("cannot close")]);
});

it("gives a state to one at a time, and then to the last that waits", async () => {
  const { states } = statesOf(1);
  const state = states.of("a")!;
  await state.take();
  const taken: string[] = [];
  void state.take().then(() => taken.push("given up"));
  const second = state.take().then(() => taken.push("second"));
  expect(taken).toEqual([]);
  state.release();
  expect(state.isUsed).toBe(true);
  await second;
  state.release();
  expect([taken, state.isUsed]).toEqual([["second"], false]);
});
