import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

/** A program under test. */
export interface Child {
  /** Resolves to the first line of its output, on either stream, that `pattern` matches; rejects if it ends before. */
  line(pattern: RegExp): Promise<RegExpExecArray>;
  /** The number of its process. */
  readonly pid: number;
  /** Resolves to its exit code once it has ended by itself; null if a signal ended it. */
  readonly ended: Promise<number | null>;
  /** Sends a signal, unless it has ended, and resolves to its exit code; null if a signal ended it. */
  stop(signal?: NodeJS.Signals): Promise<number | null>;
}

/** How a program is started. */
export interface StartOptions {
  /** Whether signals go to every process that it starts, too. Default: false. */
  readonly group?: boolean | undefined;
  /** Its working directory. Default: that of the test. */
  readonly cwd?: string | undefined;
  /** The numbers of the user and group that it runs as. Default: those of the test. */
  readonly uid?: number | undefined;
  readonly gid?: number | undefined;
  /** Its environment. Default: that of the test. */
  readonly env?: NodeJS.ProcessEnv | undefined;
}

/** The command, as npm links it. */
export const exporterkit: string = fileURLToPath(new URL("../../node_modules/.bin/exporterkit", import.meta.url));

/**
 * Starts a program. Its output is kept for {@link Child.line}. With `group` its signals go to every process that it
 * starts too, as those of a terminal's Ctrl-C do.
 */
export function start(
  command: string,
  args: readonly string[],
  { group = false, ...options }: StartOptions = {},
): Child {
  const child = spawn(command, args, { ...options, stdio: ["ignore", "pipe", "pipe"], detached: group });
  const output: string[] = [];
  const watchers = new Set<() => void>();
  for (const stream of [child.stdout, child.stderr]) {
    createInterface(stream).on("line", (line) => {
      output.push(line);
      for (const watch of watchers) watch();
    });
  }
  const ended = once(child, "close") as Promise<[number | null]>;

  return {
    line: (pattern) =>
      new Promise((resolve, reject) => {
        const watch = (): void => {
          const match = output.map((line) => pattern.exec(line)).find((found) => found !== null);
          if (match === undefined) return;
          watchers.delete(watch);
          resolve(match);
        };
        watchers.add(watch);
        watch();
        ended.then(() => reject(new Error(`${command} ended without ${pattern}:\n${output.join("\n")}`)), reject);
      }),
    pid: child.pid!,
    ended: ended.then(([code]) => code),
    async stop(signal = "SIGTERM") {
      if (child.exitCode === null && child.signalCode === null) process.kill(group ? -child.pid! : child.pid!, signal);
      const [code] = await ended;
      return code;
    },
  };
}
