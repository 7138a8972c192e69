import { expect, it } from "vitest";
import { messageOf } from "./exporter-error.ts";

const refused = new Error("connect ECONNREFUSED 127.0.0.1:1");
const circle = new Error("a");
circle.cause = new Error("b", { cause: circle });

it.each<[string, unknown]>([
  ["fetch failed: connect ECONNREFUSED 127.0.0.1:1", new TypeError("fetch failed", { cause: refused })],
  [
    "fetch failed: connect ECONNREFUSED 127.0.0.1:1",
    new TypeError("fetch failed", { cause: new AggregateError([refused]) }),
  ],
  [
    "no device: connect ECONNREFUSED 127.0.0.1:1",
    new Error("no device: connect ECONNREFUSED 127.0.0.1:1", { cause: refused }),
  ],
  ["late", new Error("late", { cause: "whatever" })],
  ["a: b", circle],
  ["undefined", undefined],
  ["Symbol(s)", Symbol("s")],
  ["something that cannot be made text of", Object.create(null)],
])("says %j", (text, thrown) => {
  expect(messageOf(thrown)).toBe(text);
});

it("has what fetch hides", async () => {
  const failed = await fetch("http://127.0.0.1:9").catch((error: unknown) => error);
  expect(messageOf(failed)).toMatch(/^fetch failed: ./);
});
