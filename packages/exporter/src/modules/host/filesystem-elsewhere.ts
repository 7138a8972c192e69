import type { Logger } from "../../logger.ts";
import type { Collector } from "../../scrape/collector.ts";
import { type FilesystemOptions, filesystemLabels, mountFilter } from "./filesystem.ts";
import { type LoadSystemInformation, loadSystemInformation, systemInformationOf } from "./system-information.ts";

const gauges = [
  ["size_bytes", "Filesystem size in bytes."],
  ["free_bytes", "Filesystem free space in bytes."],
  ["avail_bytes", "Filesystem space available to non-root users in bytes."],
] as const;

/** How full the file systems of macOS and Windows are. */
export function filesystemElsewhereCollector(
  options: FilesystemOptions,
  logger: Logger,
  load: LoadSystemInformation = loadSystemInformation,
): Collector {
  const isWanted = mountFilter(options);
  const information = systemInformationOf("filesystem", load, logger);
  return {
    name: "filesystem",
    async collect(scrape) {
      const system = await information();
      const filesystems = (await system.fsSize()).filter(({ mount, type }) =>
        isWanted({ mountpoint: mount, fstype: type }),
      );
      const labelsOf = ({ fs, mount, type }: (typeof filesystems)[number]) => ({
        device: fs,
        mountpoint: mount,
        fstype: type,
        device_error: "",
      });
      for (const [name, help] of gauges) {
        const gauge = scrape.gauge({ name: `node_filesystem_${name}`, help, labelNames: filesystemLabels });
        for (const each of filesystems) {
          const values = { size_bytes: each.size, free_bytes: each.size - each.used, avail_bytes: each.available };
          if (Number.isFinite(values[name])) gauge.set(labelsOf(each), values[name]);
        }
      }
      const readOnly = scrape.gauge({
        name: "node_filesystem_readonly",
        help: "Filesystem read-only status.",
        labelNames: filesystemLabels,
      });
      for (const each of filesystems) {
        if (each.rw !== null && each.rw !== undefined) readOnly.set(labelsOf(each), each.rw ? 0 : 1);
      }
    },
  };
}
