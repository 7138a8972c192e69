import { expect, it } from "vitest";
import { samplesOf } from "./fixtures/host-tree.ts";

const averages = "avg10=52.01 avg60=38.58 avg300=34.61";

it("tells how long processes have waited, in seconds", async () => {
  const files = Object.fromEntries(
    ["cpu", "io", "memory"].map((resource, i) => [
      `proc/pressure/${resource}`,
      `some ${averages} total=${i + 1}500000\nfull ${averages} total=${i + 1}250000\n`,
    ]),
  );
  const lines = [
    "node_pressure_cpu_waiting_seconds_total 1.5",
    "node_pressure_io_stalled_seconds_total 2.25",
    "node_pressure_io_waiting_seconds_total 2.5",
    "node_pressure_memory_stalled_seconds_total 3.25",
    "node_pressure_memory_waiting_seconds_total 3.5",
  ];
  expect((await samplesOf("pressure", files)).toSorted()).toEqual(lines);
  expect(await samplesOf("pressure", { ...files, "proc/pressure/irq": `full ${averages} total=70\n` })).toContain(
    "node_pressure_irq_stalled_seconds_total 0.00007",
  );
});

it("tells nothing where the kernel does not, and leaves out what is cut off", async () => {
  expect(await samplesOf("pressure", { "proc/stat": "" })).toEqual([]);
  expect(
    await samplesOf("pressure", { "proc/pressure/cpu": "some avg10=1.00 avg60=", "proc/pressure/io": "" }),
  ).toEqual([]);
});
