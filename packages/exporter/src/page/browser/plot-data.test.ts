import { expect, it } from "vitest";
import type { WirePlot } from "../wire.ts";
import { PlotData } from "./plot-data.ts";

const shown = { epoch: 0, series: [3] };
const line = (...values: number[]): WirePlot["lines"] => [{ labels: { a: "b" }, values }];
const plot = (more: Partial<WirePlot>): WirePlot => ({
  family: "x",
  from: 1,
  isNew: true,
  total: 1,
  fitting: 1,
  lines: line(1, 2),
  shown,
  ...more,
});

it("a plot asks for what it has not, appends it, and forgets what is old", () => {
  const data = new PlotData("x", 4, []);
  const first = data.ask(0);
  expect(first).toEqual({ family: "x", since: 0, most: 4, matchers: [] });
  data.take(first, plot({}), 0);
  const second = data.ask(2000);
  expect(second).toMatchObject({ since: 3, shown });
  data.take(second, plot({ isNew: false, from: 3, lines: line(3) }), 2000);
  expect([data.endsBefore(4), data.endsBefore(5)]).toEqual([false, true]);
  data.forget(2);
  expect(data.from).toBe(2);
  expect(data.lines[0]!.values).toEqual([2, 3]);
  // Now and then the top series are chosen anew.
  expect(data.ask(30_000)).toMatchObject({ since: 0 });
});

it("an answer to another filter is left aside, and one that does not fit is asked for again", () => {
  const data = new PlotData("x", 4, []);
  const asked = data.ask(0);
  data.matchers = [{ label: "a", isNegated: false, value: "c" }];
  data.take(asked, plot({}), 0);
  expect(data.isLoaded).toBe(false);
  const again = data.ask(0);
  data.take(again, plot({}), 0);
  data.take(data.ask(1), plot({ isNew: false, from: 9, lines: line(9) }), 1);
  expect(data.lines[0]!.values).toEqual([1, 2]);
  expect(data.ask(2)).toMatchObject({ since: 0 });
});
