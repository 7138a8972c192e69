import { expect, it } from "vitest";
import { samplesOf } from "./fixtures/host-tree.ts";

// The second CPU is offline.
const files = {
  "proc/interrupts": `           CPU0       CPU2
 24:          1          0  IO-APIC   5-edge      ACPI:Ged
NMI:          0          7   Non-maskable interrupts
ERR:          9
 25:          x          1  IO-APIC   6-edge      broken
 26:          1`,
};

it("tells each interrupt by CPU", async () => {
  expect(await samplesOf("interrupts", files)).toEqual([
    'node_interrupts_total{cpu="0",type="24",info="IO-APIC",devices="5-edge ACPI:Ged"} 1',
    'node_interrupts_total{cpu="2",type="24",info="IO-APIC",devices="5-edge ACPI:Ged"} 0',
    'node_interrupts_total{cpu="0",type="NMI",info="Non-maskable interrupts",devices=""} 0',
    'node_interrupts_total{cpu="2",type="NMI",info="Non-maskable interrupts",devices=""} 7',
  ]);
  expect(await samplesOf("interrupts", files, { "name-exclude": ";IO-APIC;", "include-zeros": false })).toEqual([
    'node_interrupts_total{cpu="2",type="NMI",info="Non-maskable interrupts",devices=""} 7',
  ]);
  await expect(samplesOf("interrupts", { "proc/interrupts": "garbage" })).rejects.toThrow("no CPU");
});
