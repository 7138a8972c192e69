import * as fc from "fast-check";
import { expect, it } from "vitest";
import { timeGrid, timesOf } from "./time-grid.ts";

it("ends now, however long its steps are", () => {
  fc.assert(
    fc.property(fc.integer({ min: 60, max: 7 * 86_400 }), (seconds) => {
      const before = Date.now() / 1000;
      const grid = timeGrid(seconds);
      const times = timesOf(grid);
      expect(times.at(-1)).toBe(grid.end);
      expect(times.length).toBeLessThanOrEqual(241);
      expect(times.at(-1)! - times[0]!).toBeGreaterThan(seconds - grid.step);
      // Prometheus has a value for five minutes.
      expect(grid.end).toBeGreaterThanOrEqual(before);
      expect(grid.end - Date.now() / 1000).toBeLessThanOrEqual(5);
    }),
  );
});
