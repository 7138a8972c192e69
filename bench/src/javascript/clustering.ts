import cluster, { type Worker } from "node:cluster";
import type { Answer, ClusterWork } from "../work.ts";
import { type Block, longestBlock, medianBlock } from "./blocks.ts";
import { changing } from "./changes.ts";
import type { Library } from "./library.ts";

const change = "bench:change";
const done = "bench:done";

/**
 * Scrapes workers, each time after all of their values changed: the time of a scrape, and, of another scrape, how long the
 * primary's event loop was held. In a worker, does what the primary asks and never returns.
 */
export async function clustering(library: Library, work: ClusterWork): Promise<(times: number) => Promise<Answer>> {
  if (library.cluster === undefined) throw new Error("it has no cluster");
  if (cluster.isWorker) {
    await serveAsWorker(library, work);
    return await new Promise(() => {});
  }
  const scrape = await library.cluster.lead();
  const workers = Array.from({ length: work.workers }, () => cluster.fork());
  await Promise.all(workers.map((worker) => answerOf(worker)));
  const changeAll = async (): Promise<void> => {
    const changed = workers.map((worker) => answerOf(worker));
    for (const worker of workers) worker.send(change);
    await Promise.all(changed);
  };
  return async (times) => {
    let nanoseconds = 0;
    let bytes = 0;
    const blocks: Block[] = [];
    for (let i = 0; i < times; i++) {
      await changeAll();
      const start = process.hrtime.bigint();
      bytes = await scrape();
      nanoseconds += Number(process.hrtime.bigint() - start);
      await changeAll();
      blocks.push(await longestBlock(scrape));
    }
    const { held, withWaits } = medianBlock(blocks);
    return { nanoseconds, bytes, block: held, blockWithWaits: withWaits };
  };
}

async function serveAsWorker(library: Library, { series }: ClusterWork): Promise<void> {
  const registry = library.registry();
  const changeAll = changing(registry, { metric: "counter", series, values: "integers", changed: 1 });
  await library.cluster!.work(registry);
  process.on("message", (message) => {
    if (message !== change) return;
    changeAll();
    process.send!(done);
  });
  process.send!(done);
}

function answerOf(worker: Worker): Promise<void> {
  return new Promise((resolve) => {
    const listen = (message: unknown): void => {
      if (message !== done) return;
      worker.off("message", listen);
      resolve();
    };
    worker.on("message", listen);
  });
}
