import { NoData } from "../../scrape/no-data.ts";
import type { Collector } from "../../scrape/collector.ts";
import type { Scrape } from "../../scrape/scrape.ts";
import type { HostPaths } from "./host-paths.ts";
import { parseKstat } from "./kstat.ts";
import { LazyMetrics } from "./lazy-metrics.ts";
import { listFolder, readAttribute } from "./pseudo-file.ts";

const root = "spl/kstat/zfs";

/** The files of statistics, and what their numbers are called by. */
const files = {
  abdstats: "abd",
  arcstats: "arc",
  dbufstats: "dbuf",
  dmu_tx: "dmu_tx",
  dnodestats: "dnode",
  fm: "fm",
  vdev_cache_stats: "vdev_cache",
  vdev_mirror_stats: "vdev_mirror",
  xuio_stats: "xuio",
  zfetchstats: "zfetch",
  zil: "zil",
};

const states = ["online", "degraded", "faulted", "offline", "removed", "unavail", "suspended"];

/** What ZFS tells of itself and of its pools, from /proc/spl/kstat/zfs. */
export function zfsCollector({ procfs }: HostPaths): Collector {
  return {
    name: "zfs",
    collect(scrape) {
      const entries = listFolder(procfs, root);
      if (entries.length === 0) throw new NoData("the kernel has no ZFS");
      for (const [file, subsystem] of Object.entries(files)) {
        for (const [name, value] of parseKstat(readAttribute(procfs, `${root}/${file}`)).numbers) {
          scrape.unknown({ name: metricName(subsystem, name), help: `kstat.zfs.misc.${file}.${name}` }).set(value);
        }
      }
      tellPools(scrape, procfs, entries);
    },
  };
}

function tellPools(scrape: Scrape, procfs: string, entries: readonly string[]): void {
  const pools = new LazyMetrics(scrape, ["zpool"]);
  const datasets = new LazyMetrics(scrape, ["zpool", "dataset"]);
  const poolStates = new LazyMetrics(scrape, ["zpool", "state"]);
  for (const zpool of entries) {
    const read = (file: string): string | undefined => readAttribute(procfs, `${root}/${zpool}/${file}`);
    for (const [name, value] of parseIo(read("io"))) {
      pools.unknown(metricName("zpool", name), `kstat.zfs.misc.io.${name}`, { zpool }, value);
    }
    const actual = read("state")?.toLowerCase();
    for (const state of actual === undefined ? [] : states) {
      const value = actual === state ? 1 : 0;
      poolStates.gauge("node_zfs_zpool_state", "kstat.zfs.misc.state", { zpool, state }, value);
    }
    for (const file of listFolder(procfs, `${root}/${zpool}`).filter((name) => name.startsWith("objset-"))) {
      const { numbers, texts } = parseKstat(read(file));
      const dataset = texts.get("dataset_name") ?? "";
      for (const [name, value] of numbers) {
        const help = `kstat.zfs.misc.objset.${name}`;
        datasets.unknown(metricName("zpool_dataset", name), help, { zpool, dataset }, value);
      }
    }
  }
}

function metricName(subsystem: string, name: string): string {
  return `node_zfs_${subsystem}_${name.replaceAll(/[^a-zA-Z0-9_]/g, "_")}`;
}

/** The two lines of a pool's reads and writes: their names, and under them the numbers. OpenZFS since 2.0 has none. */
function parseIo(text = ""): [name: string, value: number][] {
  const lines = text.split("\n").map((line) => line.trim().split(/\s+/));
  const head = lines.findIndex(([first]) => first === "nread");
  const values = lines[head + 1] ?? [];
  if (head < 0) return [];
  return lines[head]!.flatMap((name, i) => (/^\d+$/.test(values[i] ?? "") ? [[name, Number(values[i])]] : []));
}
