/** What a process is recognised and named by. */
export interface Identity {
  readonly pid: number;
  /** The name that the kernel has, 15 bytes at most. */
  readonly comm: string;
  /** Its arguments, the first of which is what it was started as. Empty for threads of the kernel. */
  readonly argv: readonly string[];
  /** The effective user's name, or number where nobody bears it. */
  readonly user: string;
  /** The path in each hierarchy of cgroups, in the order of /proc/PID/cgroup. */
  readonly cgroups: readonly string[];
  /** When it started, in seconds since 1970. */
  readonly startSeconds: number;
}

/** What it was started as; the kernel's name where it has no arguments. */
export function executableOf({ argv, comm }: Identity): string {
  return argv[0] ?? comm;
}

/** The last part of a path as Go's `filepath.Base` has it. */
export function baseName(path: string): string {
  if (path === "") return ".";
  const parts = path.split("/").filter((part) => part !== "");
  return parts.at(-1) ?? "/";
}
