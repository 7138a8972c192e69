import { z } from "zod";
import { NoData } from "../../scrape/no-data.ts";
import type { Collector } from "../../scrape/collector.ts";
import type { HostPaths } from "./host-paths.ts";
import { LazyMetrics } from "./lazy-metrics.ts";
import { type OptionsSchema, pattern } from "./options.ts";
import { listFolder, readNumber } from "./pseudo-file.ts";

/** What the collector of tape drives can be told. */
export interface TapestatsOptions {
  /** The drives to leave out. */
  readonly "ignored-devices"?: RegExp | undefined;
}

/** The schema of these. */
export const tapestatsOptions: OptionsSchema<TapestatsOptions> = z.strictObject({
  "ignored-devices": pattern()
    .optional()
    .meta({ description: "Regular expression of the tape drives to leave out. Default: none." }),
});

const root = "class/scsi_tape";
const secondsPerNanosecond = 1e-9;

const counters: readonly (readonly [file: string, name: string, help: string, factor?: number])[] = [
  [
    "io_ns",
    "io_time_seconds_total",
    "Time spent waiting for all I/O, movements of the tape too.",
    secondsPerNanosecond,
  ],
  ["other_cnt", "io_others_total", "The number of I/Os issued to the tape drive other than read or write commands."],
  ["read_byte_cnt", "read_bytes_total", "The number of bytes read from the tape drive."],
  ["read_cnt", "reads_completed_total", "The number of read requests issued to the tape drive."],
  ["read_ns", "read_time_seconds_total", "Time spent waiting for read requests to complete.", secondsPerNanosecond],
  ["resid_cnt", "residual_total", "The number of reads and writes of which something was left over."],
  ["write_byte_cnt", "written_bytes_total", "The number of bytes written to the tape drive."],
  ["write_cnt", "writes_completed_total", "The number of write requests issued to the tape drive."],
  ["write_ns", "write_time_seconds_total", "Time spent waiting for write requests to complete.", secondsPerNanosecond],
];

/** What tape drives have done, from /sys/class/scsi_tape. */
export function tapestatsCollector({ sysfs }: HostPaths, options: TapestatsOptions): Collector {
  return {
    name: "tapestats",
    collect(scrape) {
      // A drive has several names, by what the driver does when it is closed.
      const drives = listFolder(sysfs, root).filter((name) => /^st\d+$/.test(name));
      if (drives.length === 0) throw new NoData("there is no tape drive");
      const metrics = new LazyMetrics(scrape, ["device"]);
      for (const device of drives.filter((name) => !(options["ignored-devices"]?.test(name) ?? false))) {
        const read = (file: string): number | undefined => readNumber(sysfs, `${root}/${device}/stats/${file}`);
        const outstanding = "The number of I/Os currently outstanding to this device.";
        metrics.gauge("node_tape_io_now", outstanding, { device }, read("in_flight"));
        for (const [file, name, help, factor = 1] of counters) {
          const value = read(file);
          metrics.counter(`node_tape_${name}`, help, { device }, value === undefined ? undefined : value * factor);
        }
      }
    },
  };
}
