import { expect, it } from "vitest";
import { samplesOf } from "./fixtures/host-tree.ts";

const stat = `cpu  300 0 200 1000
cpu0 300 0 200 1000
intr 32077 0 7 0 21
ctxt 115315
btime 1700000000
processes 8012
procs_running 3
procs_blocked 1
softirq 10 1 2 3 4 0 0 0 0 0 0
`;

it("tells what the kernel has counted, and when the host booted", async () => {
  const lines = [
    "node_boot_time_seconds 1700000000",
    "node_context_switches_total 115315",
    "node_forks_total 8012",
    "node_intr_total 32077",
    "node_procs_blocked 1",
    "node_procs_running 3",
  ];
  expect((await samplesOf("stat", { "proc/stat": stat })).toSorted()).toEqual(lines);
  const withSoftirq = await samplesOf("stat", { "proc/stat": stat }, { softirq: true });
  expect(withSoftirq).toContain('node_softirqs_total{vector="net_rx"} 4');
  expect(withSoftirq).toHaveLength(lines.length + 10);
});

it("tells what is left of a file that is cut off, and fails with none of it", async () => {
  expect(await samplesOf("stat", { "proc/stat": "cpu0 1 2 3\nctxt 5\nbtime" })).toEqual([
    "node_context_switches_total 5",
  ]);
  await expect(samplesOf("stat", { "proc/stat": "\u0000\u0001 garbage" })).rejects.toThrow("none of the fields");
});
