import { expect, it } from "vitest";
import { samplesOf } from "./fixtures/host-tree.ts";

it("has the labels that the firmware fills", async () => {
  const lines = await samplesOf("dmi", {
    "sys/class/dmi/id/bios_vendor": "American Megatrends Inc.\n",
    "sys/class/dmi/id/modalias": "dmi:\n",
    "sys/class/dmi/id/sys_vendor": "Us \n",
  });
  expect(lines).toEqual(['node_dmi_info{bios_vendor="American Megatrends Inc.",system_vendor="Us"} 1']);
});
