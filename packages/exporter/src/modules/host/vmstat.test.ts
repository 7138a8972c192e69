import { expect, it } from "vitest";
import { samplesOf } from "./fixtures/host-tree.ts";

const files = { "proc/vmstat": "nr_free_pages 977769\npgpgin 7344136\npgfault 2320168809\noom_kill 0\npswpin x\n" };

it("tells the fields that node_exporter does, or those asked for", async () => {
  expect((await samplesOf("vmstat", files)).toSorted()).toEqual([
    "node_vmstat_oom_kill 0",
    "node_vmstat_pgfault 2320168809",
    "node_vmstat_pgpgin 7344136",
  ]);
  expect(await samplesOf("vmstat", files, { fields: "^nr_" })).toEqual(["node_vmstat_nr_free_pages 977769"]);
});

it("fails where the file has no field at all", async () => {
  await expect(samplesOf("vmstat", { "proc/vmstat": "" })).rejects.toThrow("no field");
});
