import { expect, it } from "vitest";
import { ViewState } from "./view-state.ts";

it("looks at no sample from after time stood still", () => {
  const view = new ViewState();
  const times = [100, 102, 104, 106];
  expect(view.until(times)).toEqual(times);
  view.pausedAt = 104;
  expect(view.until(times)).toEqual([100, 102, 104]);
  view.pausedAt = 90;
  expect(view.until(times)).toEqual([]);
});
