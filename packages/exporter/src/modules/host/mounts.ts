import { readText, readTextIfAny } from "./pseudo-file.ts";

/** A mounted file system. */
export interface Mount {
  readonly device: string;
  /** Where it is, as the host calls it. */
  readonly mountpoint: string;
  readonly fstype: string;
  readonly major: string;
  readonly minor: string;
  readonly isReadOnly: boolean;
}

/**
 * The mounts of the host's first process, or where that is hidden those of our own, in the order in which they were made.
 * Lines that are no mounts are left out. `rootfs` is taken off the mount points: a container sees those of the host below it.
 */
export function readMounts(procfs: string, rootfs: string): readonly Mount[] {
  const text = readFirstMountinfo(procfs) ?? readText(procfs, "self/mountinfo");
  // Mounts change far less often than they are asked for.
  if (last?.text !== text || last.rootfs !== rootfs) last = { text, rootfs, mounts: parseMountinfo(text, rootfs) };
  return last.mounts;
}

let last: { readonly text: string; readonly rootfs: string; readonly mounts: readonly Mount[] } | undefined;

function readFirstMountinfo(procfs: string): string | undefined {
  try {
    return readTextIfAny(procfs, "1/mountinfo");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "EACCES") return undefined;
    throw error;
  }
}

function parseMountinfo(text: string, rootfs: string): Mount[] {
  return text.split("\n").flatMap((line) => {
    // The optional fields in between are of any number and end in a hyphen. Options of some kinds, such as 9p, have spaces.
    const found = /^\d+ \d+ (\d+):(\d+) \S+ (\S+) (\S+)(?: \S+:\S+| \S+)*? - (\S+) (\S*) (.+)$/.exec(line);
    if (found === null) return [];
    const [, major, minor, mountpoint, options, fstype, device, superOptions] = found;
    const isReadOnly = [options!, superOptions!].some((each) => each.split(",").includes("ro"));
    const names = {
      device: unescape(device!),
      mountpoint: withoutPrefix(unescape(mountpoint!), rootfs),
      fstype: fstype!,
    };
    return [{ ...names, major: major!, minor: minor!, isReadOnly }];
  });
}

// The kernel escapes space, tab, newline, backslash and number sign.
function unescape(field: string): string {
  return field.replaceAll(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(parseInt(octal, 8)));
}

function withoutPrefix(path: string, rootfs: string): string {
  const prefix = rootfs.replace(/\/+$/, "");
  if (prefix === "" || (path !== prefix && !path.startsWith(`${prefix}/`))) return path;
  return path.slice(prefix.length) || "/";
}
