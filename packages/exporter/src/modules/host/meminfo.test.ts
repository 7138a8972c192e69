import { expect, it } from "vitest";
import { samplesOf } from "./fixtures/host-tree.ts";

it("tells every field in bytes, and huge pages in pages", async () => {
  const meminfo = `MemTotal:       16315356 kB
Active(anon):    1234 kB
DirectMap1G:     1048576 kB
HugePages_Total:       3
Odd-Field:  1 kB
Broken:  x kB
Swap`;
  expect((await samplesOf("meminfo", { "proc/meminfo": meminfo })).toSorted()).toEqual([
    "node_memory_Active_anon_bytes 1263616",
    "node_memory_DirectMap1G_bytes 1073741824",
    "node_memory_HugePages_Total 3",
    "node_memory_MemTotal_bytes 16706924544",
    "node_memory_Odd_Field_bytes 1024",
  ]);
  await expect(samplesOf("meminfo", { "proc/meminfo": "garbage" })).rejects.toThrow("no field");
});
