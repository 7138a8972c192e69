import { expect, it } from "vitest";
import { NoData } from "../../scrape/no-data.ts";
import { Scrape } from "../../scrape/scrape.ts";
import { collectOnce } from "../../testing/index.ts";
import { bondingCollector } from "./bonding.ts";
import { fixtureHost } from "./fixtures/host-tree.ts";

it("counts the links of each bond and those that are up, on old kernels too", async () => {
  const net = "sys/class/net";
  const paths = fixtureHost({
    [`${net}/bonding_masters`]: "bond0 int gone\n",
    [`${net}/bond0/bonding/slaves`]: "\n",
    [`${net}/int/bonding/slaves`]: "eth5 eth1 eth2\n",
    [`${net}/int/lower_eth5/bonding_slave/mii_status`]: "up\n",
    [`${net}/int/slave_eth1/bonding_slave/mii_status`]: "up\n",
    [`${net}/int/lower_eth2/bonding_slave/mii_status`]: "down\n",
  });
  const text = await (await collectOnce(bondingCollector(paths))).metrics();
  expect(text.match(/^node_bonding.*$/gm)?.toSorted()).toEqual([
    'node_bonding_active{master="bond0"} 0',
    'node_bonding_active{master="int"} 2',
    'node_bonding_slaves{master="bond0"} 0',
    'node_bonding_slaves{master="int"} 3',
  ]);
});

it("has no data where nothing is bonded", () => {
  const scrape = new Scrape(new AbortController().signal);
  expect(() => bondingCollector(fixtureHost({})).collect(scrape)).toThrow(NoData);
});
