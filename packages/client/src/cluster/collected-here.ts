import type { Registry } from "../registry.ts";

/** The registries of this process whose metrics it collects itself, by the path where it listens. */
const collected = new Map<string, readonly Registry[]>();

/** Notes which registries this process collects itself. The function that it returns takes that back. */
export function noteCollected(path: string, registers: readonly Registry[]): () => void {
  collected.set(path, registers);
  return () => void collected.delete(path);
}

/** Those of the registries whose metrics are not merged already by a collecting process that is this one. */
export function withoutCollected(path: string, registers: readonly Registry[]): readonly Registry[] {
  const here = collected.get(path);
  return here === undefined ? registers : registers.filter((registry) => !here.includes(registry));
}
