import { setImmediate } from "node:timers/promises";
import type { Answer, BlockWork } from "../work.ts";
import { coreWaits } from "./core-waits.ts";
import { labelSets } from "./label-sets.ts";
import type { Library } from "./library.ts";

/** How long the event loop was held at the longest, in nanoseconds. */
export interface Block {
  /** Less the time that the process waited for a core that others had. */
  readonly held: number;
  readonly withWaits: number;
}

const scrapes = 9;

/**
 * How long the event loop is held by the first scrape, and by those after it, before each of which every value changes. The
 * series are not bound: a million objects of the application's would have the garbage collector hold the loop for itself.
 */
export function measuringBlocks(library: Library, { series }: BlockWork): () => Promise<Answer> {
  return async () => {
    const registry = library.registry();
    const counter = registry.counter();
    let round = 0;
    const change = (): void => {
      round++;
      let i = 0;
      for (const labels of labelSets(series)) {
        counter.labels(labels).inc(round === 1 ? i : 1 + ((i * 7 + round) % 100));
        i++;
      }
    };
    change();
    const first = await blocked(() => registry.expose("text"));
    const changed: Block[] = [];
    for (let scrape = 0; scrape < scrapes; scrape++) {
      change();
      changed.push(await blocked(() => registry.expose("text")));
    }
    const { held, withWaits } = medianBlock(changed);
    const worst = Math.max(...changed.map((block) => block.held));
    return { first: first.held, firstWithWaits: first.withWaits, changed: held, changedWithWaits: withWaits, worst };
  };
}

async function blocked(work: () => Promise<unknown>): Promise<Block> {
  globalThis.gc?.();
  await setImmediate();
  return await longestBlock(work);
}

/** The longest gaps between two turns of the event loop while the work is under way. */
export async function longestBlock(work: () => Promise<unknown>): Promise<Block> {
  let held = 0;
  let withWaits = 0;
  const watched = { over: false };
  const watch = async (): Promise<void> => {
    let waits = coreWaits();
    let last = process.hrtime.bigint();
    while (!watched.over) {
      await setImmediate();
      const now = process.hrtime.bigint();
      const waitsNow = coreWaits();
      const gap = Number(now - last);
      withWaits = Math.max(withWaits, gap);
      held = Math.max(held, gap - (waitsNow - waits));
      last = now;
      waits = waitsNow;
    }
  };
  const watching = watch();
  await setImmediate();
  await work();
  watched.over = true;
  await watching;
  return { held, withWaits };
}

/** The medians of what several scrapes took at their longest. */
export function medianBlock(blocks: readonly Block[]): Block {
  const medianOf = (figure: keyof Block): number =>
    blocks.map((block) => block[figure]).toSorted((a, b) => a - b)[Math.floor(blocks.length / 2)]!;
  return { held: medianOf("held"), withWaits: medianOf("withWaits") };
}
