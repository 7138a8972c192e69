import { setImmediate } from "node:timers/promises";
import type { Answer, BlockWork } from "../work.ts";
import { changing } from "./changes.ts";
import type { Library } from "./library.ts";

/** The longest time, in nanoseconds, that the event loop is held during the first scrape and then one with every value changed. */
export function measuringBlocks(library: Library, { series }: BlockWork): () => Promise<Answer> {
  return async () => {
    const registry = library.registry();
    const change = changing(registry, { metric: "counter", series, values: "integers", changed: 1 });
    const first = await blocked(() => registry.expose("text"));
    const changed: number[] = [];
    for (let scrape = 0; scrape < 3; scrape++) {
      change();
      changed.push(await blocked(() => registry.expose("text")));
    }
    return { first, changed: Math.max(...changed) };
  };
}

async function blocked(work: () => Promise<unknown>): Promise<number> {
  globalThis.gc?.();
  await setImmediate();
  return await longestBlock(work);
}

/** The longest gap, in nanoseconds, between two turns of the event loop while the work is under way. */
export async function longestBlock(work: () => Promise<unknown>): Promise<number> {
  let longest = 0;
  const watched = { over: false };
  const watch = async (): Promise<void> => {
    let last = process.hrtime.bigint();
    while (!watched.over) {
      await setImmediate();
      const now = process.hrtime.bigint();
      longest = Math.max(longest, Number(now - last));
      last = now;
    }
  };
  const watching = watch();
  await setImmediate();
  await work();
  watched.over = true;
  await watching;
  return longest;
}
