import { join } from "node:path";
import type { HostPaths } from "./host-paths.ts";
import { readTextIfAny } from "./pseudo-file.ts";

/** What udev knows of a device, by its names of the properties. */
export type UdevProperties = ReadonlyMap<string, string>;

/**
 * The properties of a device such as `b8:0`, from udev's database; none where there is no udev, as in containers, or it may not
 * be read.
 */
export function readUdevProperties({ rootfs, udevData }: HostPaths, device: string): UdevProperties {
  const text = readData(udevData ?? join(rootfs, "run/udev/data"), device);
  return new Map(Array.from(text.matchAll(/^E:([^=\n]+)=(.*)$/gm), ([, name, value]) => [name!, value!]));
}

function readData(folder: string, device: string): string {
  try {
    return readTextIfAny(folder, device) ?? "";
  } catch {
    return "";
  }
}
