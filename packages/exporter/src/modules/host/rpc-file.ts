import { readTextIfAny } from "./pseudo-file.ts";

/** The numbers of each line of a file below /proc/net/rpc, by the line's first word; undefined where there is no such file. */
export function readRpcFile(procfs: string, name: string): ReadonlyMap<string, readonly number[]> | undefined {
  const text = readTextIfAny(procfs, `net/rpc/${name}`);
  if (text === undefined) return undefined;
  const lines = Array.from(text.matchAll(/^(\w+) (.*)$/gm), ([, word, rest]) => {
    return [word!, rest!.trim().split(/\s+/).map(toNumber)] as const;
  });
  return new Map(lines);
}

/** The numbers of the operations of a line that begins with how many there are; those that the kernel does not have are 0. */
export function operationCounts(line: readonly number[] = []): (operation: number) => number {
  const [size = 0, ...counts] = line;
  return (operation) => (operation < size ? (counts[operation] ?? 0) : 0);
}

function toNumber(text: string): number {
  const value = Number(text);
  return Number.isFinite(value) ? value : 0;
}
