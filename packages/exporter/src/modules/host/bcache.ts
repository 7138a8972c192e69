import { z } from "zod";
import type { Collector } from "../../scrape/collector.ts";
import type { HostPaths } from "./host-paths.ts";
import { parseHumanBytes } from "./human-bytes.ts";
import { LazyMetrics } from "./lazy-metrics.ts";
import { flag, type OptionsSchema } from "./options.ts";
import { listFolder, parseNumber, readAttribute } from "./pseudo-file.ts";

/** What the collector of bcache can be told. */
export interface BcacheOptions {
  /** Whether to tell what the kernel has to go through the whole cache for. */
  readonly priorityStats: boolean;
}

/** The schema of these. */
export const bcacheOptions: OptionsSchema<BcacheOptions> = z.strictObject({
  priorityStats: flag("Whether to tell how the cache is filled, for which the kernel has to go through all of it."),
});

// node_exporter takes the file's microseconds for nanoseconds; both shall say the same.
const readDurationFactor = 1e-9;

type Metric = readonly [file: string, name: string, help: string, factor?: number];

const gauges: readonly Metric[] = [
  ["average_key_size", "average_key_size_sectors", "Average data per key in the btree (sectors)."],
  ["btree_cache_size", "btree_cache_size_bytes", "Amount of memory currently used by the btree cache."],
  ["cache_available_percent", "cache_available_percent", "Percentage of the cache device without dirty data."],
  ["congested", "congested", "Congestion."],
  ["root_usage_percent", "root_usage_percent", "Percentage of the root btree node in use."],
  ["tree_depth", "tree_depth", "Depth of the btree."],
  ["internal/active_journal_entries", "active_journal_entries", "Number of journal entries newer than the index."],
  ["internal/btree_nodes", "btree_nodes", "Total nodes in the btree."],
  [
    "internal/btree_read_average_duration_us",
    "btree_read_average_duration_seconds",
    "Average btree read duration.",
    readDurationFactor,
  ],
];
const counters: readonly Metric[] = [
  ["internal/cache_read_races", "cache_read_races_total", "Reads whose bucket was reused before they were done."],
];
const backingCounters: readonly Metric[] = [
  ["bypassed", "bypassed_bytes_total", "Amount of IO (both reads and writes) that has bypassed the cache."],
  ["cache_hits", "cache_hits_total", "Hits counted per individual IO as bcache sees them."],
  ["cache_misses", "cache_misses_total", "Misses counted per individual IO as bcache sees them."],
  ["cache_bypass_hits", "cache_bypass_hits_total", "Hits for IO intended to skip the cache."],
  ["cache_bypass_misses", "cache_bypass_misses_total", "Misses for IO intended to skip the cache."],
  ["cache_miss_collisions", "cache_miss_collisions_total", "Misses whose data a write had brought meanwhile."],
  ["cache_readaheads", "cache_readaheads_total", "Count of times readahead occurred."],
];
const cacheCounters: readonly Metric[] = [
  ["metadata_written", "metadata_written_bytes_total", "Sum of all non data writes (btree and other metadata)."],
  ["written", "written_bytes_total", "Sum of all data that has been written to the cache."],
];
/** What is told of the writeback's controller, by the words of its lines. */
const writeback: readonly Metric[] = [
  ["target", "dirty_target_bytes", "Current dirty data target threshold in bytes."],
  ["rate", "writeback_rate", "Current writeback rate in bytes."],
  ["proportional", "writeback_rate_proportional_term", "Proportional part of the writeback rate."],
  ["integral", "writeback_rate_integral_term", "Integral part of the writeback rate."],
  ["change", "writeback_change", "Last writeback rate change."],
];
const priorities: readonly Metric[] = [
  ["Unused", "priority_stats_unused_percent", "The percentage of the cache that doesn't contain any data."],
  ["Metadata", "priority_stats_metadata_percent", "Bcache's metadata overhead."],
];

/** What block devices that are caches of others have done, from /sys/fs/bcache. */
export function bcacheCollector({ sysfs }: HostPaths, options: BcacheOptions): Collector {
  const root = "fs/bcache";
  const read = (path: string): number | undefined => parseHumanBytes(readAttribute(sysfs, `${root}/${path}`));
  return {
    name: "bcache",
    collect(scrape) {
      const sets = new LazyMetrics(scrape, ["uuid"]);
      const backing = new LazyMetrics(scrape, ["uuid", "backing_device"]);
      const caches = new LazyMetrics(scrape, ["uuid", "cache_device"]);
      for (const uuid of listFolder(sysfs, root).filter((name) => name.includes("-"))) {
        for (const [file, name, help, factor = 1] of gauges) {
          sets.gauge(`node_bcache_${name}`, help, { uuid }, times(read(`${uuid}/${file}`), factor));
        }
        for (const [file, name, help] of counters) {
          sets.counter(`node_bcache_${name}`, help, { uuid }, read(`${uuid}/${file}`));
        }
        const devices = listFolder(sysfs, `${root}/${uuid}`);
        for (const backing_device of devices.filter((name) => /^bdev\d/.test(name))) {
          const labels = { uuid, backing_device };
          const path = `${uuid}/${backing_device}`;
          const dirty = "Amount of dirty data for this backing device in the cache.";
          backing.gauge("node_bcache_dirty_data_bytes", dirty, labels, read(`${path}/dirty_data`));
          const fields = parseFields(readAttribute(sysfs, `${root}/${path}/writeback_rate_debug`));
          for (const [field, name, help] of writeback) {
            backing.gauge(`node_bcache_${name}`, help, labels, parseHumanBytes(fields.get(field)));
          }
          for (const [file, name, help] of backingCounters) {
            backing.counter(`node_bcache_${name}`, help, labels, read(`${path}/stats_total/${file}`));
          }
        }
        for (const cache_device of devices.filter((name) => /^cache\d/.test(name))) {
          const labels = { uuid, cache_device };
          const path = `${uuid}/${cache_device}`;
          const decayed = "Number of errors that have occurred, decayed by io_error_halflife.";
          caches.gauge("node_bcache_io_errors", decayed, labels, read(`${path}/io_errors`));
          for (const [file, name, help] of cacheCounters) {
            caches.counter(`node_bcache_${name}`, help, labels, read(`${path}/${file}`));
          }
          if (!options.priorityStats) continue;
          const filled = parseFields(readAttribute(sysfs, `${root}/${path}/priority_stats`));
          for (const [field, name, help] of priorities) {
            caches.gauge(`node_bcache_${name}`, help, labels, parseNumber(filled.get(field)));
          }
        }
      }
    },
  };
}

function times(value: number | undefined, factor: number): number | undefined {
  return value === undefined ? undefined : value * factor;
}

/** Reads lines such as `rate: 1.1M/sec` and `Unused: 99%`, without the units. */
function parseFields(text = ""): Map<string, string> {
  return new Map(Array.from(text.matchAll(/^(\w+):\s*(\S+?)(?:\/sec|%)?$/gm), ([, field, value]) => [field!, value!]));
}
