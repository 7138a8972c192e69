import { expect, it } from "vitest";
import { NoData } from "../../scrape/no-data.ts";
import { Scrape } from "../../scrape/scrape.ts";
import { collectOnce } from "../../testing/index.ts";
import { fixtureHost } from "./fixtures/host-tree.ts";
import { nvmeCollector } from "./nvme.ts";

it("tells what each controller says of itself", async () => {
  const paths = fixtureHost({
    "sys/class/nvme/nvme0/firmware_rev": "1B2Q  \n",
    "sys/class/nvme/nvme0/model": "Fast 970 PRO      \n",
    "sys/class/nvme/nvme0/serial": "S1\n",
    "sys/class/nvme/nvme0/state": "live\n",
    "sys/class/nvme/nvme1/state": "dead\n",
  });
  const text = await (await collectOnce(nvmeCollector(paths))).metrics();
  expect(text).toContain(
    'node_nvme_info{device="nvme0",firmware_revision="1B2Q",model="Fast 970 PRO",serial="S1",state="live"} 1\n',
  );
  expect(text).toContain('node_nvme_info{device="nvme1",firmware_revision="",model="",serial="",state="dead"} 1\n');
});

it("has no data where there is no controller", () => {
  const scrape = new Scrape(new AbortController().signal);
  expect(() => nvmeCollector(fixtureHost({})).collect(scrape)).toThrow(NoData);
});
