import { expect, it } from "vitest";
import { samplesOf } from "./fixtures/host-tree.ts";

it("tells the three averages, or fails where they are not all there", async () => {
  expect(await samplesOf("loadavg", { "proc/loadavg": "0.25 1.50 12.75 1/234 5678\n" })).toEqual([
    "node_load1 0.25",
    "node_load15 12.75",
    "node_load5 1.5",
  ]);
  for (const text of ["", "0.25 1.50", "a b c 1/2 3"]) {
    // oxlint-disable-next-line no-await-in-loop
    await expect(samplesOf("loadavg", { "proc/loadavg": text })).rejects.toThrow("no three numbers");
  }
});
