import { expect, it } from "vitest";
import { samplesOf } from "./fixtures/host-tree.ts";

const files = {
  "proc/net/arp": `IP address       HW type     Flags       HW address            Mask     Device
192.0.2.1        0x1         0x2         02:00:00:00:00:05     *        eth0
192.0.2.2        0x1         0x2         02:00:00:00:00:06     *        eth0
198.51.100.1     0x1         0x2         02:00:00:00:00:07     *        wlan0
198.51.100.2     0x1         0x2`,
};

it("counts the entries of each device", async () => {
  expect(await samplesOf("arp", files)).toEqual([
    'node_arp_entries{device="eth0"} 2',
    'node_arp_entries{device="wlan0"} 1',
  ]);
  expect(await samplesOf("arp", files, { "device-exclude": "^wlan" })).toEqual(['node_arp_entries{device="eth0"} 2']);
  expect(await samplesOf("arp", { "proc/net/arp": "" })).toEqual([]);
});
