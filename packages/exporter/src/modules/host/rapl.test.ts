import { expect, it } from "vitest";
import { HostTree, samplesOf } from "./fixtures/host-tree.ts";

const files = {
  "sys/class/powercap/intel-rapl/enabled": "1\n",
  "sys/class/powercap/intel-rapl:0/name": "package-1\n",
  "sys/class/powercap/intel-rapl:0/energy_uj": "240422366267\n",
  "sys/class/powercap/intel-rapl:0:0/name": "dram\n",
  "sys/class/powercap/intel-rapl:0:0/energy_uj": "1500000\n",
  "sys/class/powercap/intel-rapl:1:0/name": "dram\n",
  "sys/class/powercap/intel-rapl:1:0/energy_uj": "2500000\n",
  "sys/class/powercap/intel-rapl:2/name": "psys\n",
};

it("tells the energy of each zone, those of one name by an index", async () => {
  const tree = new HostTree(files);
  const scrape = await tree.collector("rapl");
  const path = (zone: string): string => `${tree.paths.sysfs}/class/powercap/${zone}`;
  expect(await scrape()).toEqual([
    `node_rapl_dram_joules_total{index="0",path="${path("intel-rapl:0:0")}"} 1.5`,
    `node_rapl_dram_joules_total{index="1",path="${path("intel-rapl:1:0")}"} 2.5`,
    `node_rapl_package_joules_total{index="1",path="${path("intel-rapl:0")}"} 240422.366267`,
  ]);
});

it("has the zone as a label where that is asked for", async () => {
  const lines = await samplesOf("rapl", files, { "enable-zone-label": true });
  expect(lines).toContainEqual(
    expect.stringMatching(/^node_rapl_joules_total\{index="1",path=".+:1:0",rapl_zone="dram"\} 2.5$/),
  );
});

it("has no data where no zone can be read", async () => {
  expect(await samplesOf("rapl", { "sys/class/powercap/intel-rapl:0/name": "package-0\n" })).toEqual([]);
});
