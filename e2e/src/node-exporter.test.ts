import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { type Child, exporterkit, start } from "./child.ts";
import { hasCommand } from "./debian-package.ts";
import { hardwareFiles } from "./hardware-files.ts";
import { differences, type LaterLabels, type NodeFamily, nodeFamilies } from "./node-families.ts";

/** What Debian's node_exporter shows and ours does not, or otherwise: each with the reason, and no more than five. */
const exceptions = {
  timex: "adjtimex() is a system call that JavaScript cannot make",
  node_exporter_build_info: "we are not node_exporter; exporterkit_build_info has our version",
  "label device_error of node_filesystem_*": "newer than Debian's release",
  "label adminstate of node_network_info": "newer than Debian's release",
  "label rotational of node_disk_info": "newer than Debian's release",
};
const laterLabels: LaterLabels = {
  node_network_info: ["adminstate"],
  node_disk_info: ["rotational"],
  ...Object.fromEntries(
    ["avail_bytes", "device_error", "files", "files_free", "free_bytes", "readonly", "size_bytes"].map((name) => [
      `node_filesystem_${name}`,
      ["device_error"],
    ]),
  ),
};
const leftOut = /^node_(timex_|exporter_build_info$)/;
/** How a scrape went says nothing of the host. */
const ownFamilies = /^node_scrape_collector_/;

/** Debian's defaults, where they are not those of node_exporter. */
const debianDefaults = [
  "--collector.netdev.device-exclude=^lo$",
  String.raw`--collector.diskstats.device-exclude=^(ram|loop|fd|(h|s|v|xv)d[a-z]|nvme\d+n\d+p)\d+$`,
  "--collector.filesystem.mount-points-exclude=^/(dev|proc|run|sys|mnt|media|var/lib/docker/.+|var/lib/containers/storage/.+)($|/)",
  "--collector.textfile.directory=/var/lib/prometheus/node-exporter",
];

describe.skipIf(!hasCommand("prometheus-node-exporter", "prometheus-node-exporter"))(
  "the host module beside Debian's node_exporter (needs the Debian package prometheus-node-exporter)",
  () => {
    const children: Child[] = [];
    afterEach(() => Promise.all(children.splice(0).map((child) => child.stop())));

    /** Starts both with flags that both have, and ours with more. */
    async function startBoth(flags: readonly string[], ownFlags: readonly string[] = []): Promise<Both> {
      const [debian, own] = [
        start("prometheus-node-exporter", ["--web.listen-address=127.0.0.1:0", ...flags]),
        start(exporterkit, ["--web.listen-address=127.0.0.1:0", ...flags, ...ownFlags]),
      ];
      children.push(debian, own);
      const theirs = `http://${(await debian.line(/msg="Listening on" address=(127\.0\.0\.1:\d+)/))[1]}/metrics`;
      const ours = `http://${(await own.line(/address=(127\.0\.0\.1:\d+)/))[1]}/metrics`;
      return {
        theirs: (query = "") => families(theirs + query),
        ours: (query = "") => families(ours + query),
      };
    }

    it("shows every family, with its type and label sets, but for five exceptions", async () => {
      expect(Object.keys(exceptions).length).toBeLessThanOrEqual(5);
      const both = await startBoth([], debianDefaults);
      const [theirs, ours] = [await both.theirs(), await both.ours()];
      expect(theirs.size).toBeGreaterThan(150);
      const typesOf = (all: ReadonlyMap<string, NodeFamily>): Record<string, string> =>
        Object.fromEntries([...theirs.keys()].map((name) => [name, all.get(name)?.type ?? "missing"]));
      expect(typesOf(ours)).toEqual(typesOf(theirs));
      // What has no source here, such as systemd's bus, has no family there either.
      expect([...succeeded(theirs)].filter((collector) => !succeeded(ours).has(collector))).toEqual(["timex"]);
    });

    it("tells the same values within a second", { timeout: 180_000 }, async () => {
      const both = await startBoth([], debianDefaults);
      const [debian, own] = [succeeded(await both.theirs()), succeeded(await both.ours())];
      const shared = [...debian].filter((collector) => own.has(collector));
      expect(shared.length).toBeGreaterThan(20);
      // One at a time, so that the three scrapes of one are close together.
      for (const collector of shared) {
        const query = `?collect[]=${collector}`;
        await expect
          .poll(
            async () => {
              const started = performance.now();
              const before = withoutOwn(await both.theirs(query));
              const between = await both.ours(query);
              const after = await both.theirs(query);
              return performance.now() - started < 1000 ? differences(before, between, after) : ["took a second"];
            },
            // What changes by more while it is read is read again.
            { interval: 50, message: collector },
          )
          .toEqual([]);
      }
    });

    it("tells the same of hardware that this machine lacks", async () => {
      const root = mkdtempSync(join(tmpdir(), "exporterkit-hardware-"));
      try {
        for (const [path, text] of Object.entries(hardwareFiles)) {
          mkdirSync(dirname(join(root, path)), { recursive: true });
          writeFileSync(join(root, path), text);
        }
        const collectors = "bcache btrfs dmi fibrechannel infiniband ipvs nfs nfsd rapl tapestats xfs zfs".split(" ");
        const both = await startBoth([
          `--path.procfs=${join(root, "proc")}`,
          `--path.sysfs=${join(root, "sys")}`,
          "--collector.disable-defaults",
          "--collector.bcache.priorityStats",
          ...collectors.map((collector) => `--collector.${collector}`),
        ]);
        const [theirs, ours] = [await both.theirs(), await both.ours()];
        expect(succeeded(theirs)).toEqual(new Set(collectors));
        expect(succeeded(ours)).toEqual(new Set(collectors));
        expect(theirs.size).toBeGreaterThan(150);
        const mendedSince = [
          // Read two places too early, where two operations stand that have no name there.
          'node_nfsd_requests_total[["method","RelLockOwner"],["proto","4"]] is 26, not 24',
          'node_nfsd_requests_total[["method","Verify"],["proto","4"]] is 24, not 3',
          'node_nfsd_requests_total[["method","Write"],["proto","4"]] is 25, not 3',
          'node_zfs_zpool_state[["state","suspended"],["zpool","pool1"]] is not theirs',
        ];
        expect(differences(withoutOwn(theirs), ours, theirs)).toEqual(mendedSince);
      } finally {
        rmSync(root, { recursive: true });
      }
    });
  },
);

interface Both {
  theirs(query?: string): Promise<Map<string, NodeFamily>>;
  ours(query?: string): Promise<Map<string, NodeFamily>>;
}

async function families(url: string): Promise<Map<string, NodeFamily>> {
  const found = await nodeFamilies(url, laterLabels);
  for (const name of found.keys()) if (leftOut.test(name)) found.delete(name);
  return found;
}

function withoutOwn(all: ReadonlyMap<string, NodeFamily>): Map<string, NodeFamily> {
  return new Map([...all].filter(([name]) => !ownFamilies.test(name)));
}

/** The collectors that had data. */
function succeeded(of: ReadonlyMap<string, NodeFamily>): Set<string> {
  const success = of.get("node_scrape_collector_success")!;
  const collectors = [...success.values].filter(([, value]) => value === 1);
  return new Set(collectors.map(([key]) => (JSON.parse(key) as [string, string][])[0]![1]));
}
