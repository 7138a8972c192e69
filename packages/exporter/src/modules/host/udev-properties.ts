import { readTextIfAny } from "./pseudo-file.ts";

/** What udev knows of a device, by its names of the properties. */
export type UdevProperties = ReadonlyMap<string, string>;

/**
 * The properties of a device such as `b8:0`, from udev's database below `rootfs`; none where there is no udev, as in containers,
 * or it may not be read.
 */
export function readUdevProperties(rootfs: string, device: string): UdevProperties {
  const text = udevData(rootfs, device);
  return new Map(Array.from(text.matchAll(/^E:([^=\n]+)=(.*)$/gm), ([, name, value]) => [name!, value!]));
}

function udevData(rootfs: string, device: string): string {
  try {
    return readTextIfAny(rootfs, `run/udev/data/${device}`) ?? "";
  } catch {
    return "";
  }
}
