import type { Identity } from "./identity.ts";
import type { ProcFiles } from "./proc-files.ts";
import type { UserNames } from "./user-names.ts";

/** Where to read what a process is recognised by, and what is known of it already. */
export interface IdentityReading {
  readonly files: ProcFiles;
  readonly users: UserNames;
  readonly pid: number;
  readonly comm: string;
  readonly startSeconds: number;
}

/** Reads what a process is recognised and named by. Throws if it is gone or may not be read. */
export function readIdentity({ files, users, pid, comm, startSeconds }: IdentityReading): Identity {
  const argv = files.text(`${pid}/cmdline`).replace(/\0+$/, "").split("\0");
  const [, uid = ""] = /^Uid:\t\d+\t(\d+)/m.exec(files.text(`${pid}/status`)) ?? [];
  return {
    pid,
    comm,
    argv: argv.length === 1 && argv[0] === "" ? [] : argv,
    user: users.nameOf(uid),
    cgroups: readCgroups(files, pid),
    startSeconds,
  };
}

/** None where the kernel has no cgroups. */
function readCgroups(files: ProcFiles, pid: number): string[] {
  let text: string;
  try {
    text = files.text(`${pid}/cgroup`);
  } catch {
    return [];
  }
  // A line is the number of a hierarchy, its controllers and the path, which may have colons in it.
  return text
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => line.split(":").slice(2).join(":"));
}
