import { expect, it } from "vitest";
import { samplesOf } from "./fixtures/host-tree.ts";

it("tells how many files are open and may be", async () => {
  expect(await samplesOf("filefd", { "proc/sys/fs/file-nr": "494\t0\t9223372036854775807\n" })).toEqual([
    "node_filefd_allocated 494",
    "node_filefd_maximum 9223372036854776000",
  ]);
  await expect(samplesOf("filefd", { "proc/sys/fs/file-nr": "494\n" })).rejects.toThrow("no three numbers");
});
