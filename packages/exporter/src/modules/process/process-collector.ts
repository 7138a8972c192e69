import { silentLogger, type Logger } from "../../logger.ts";
import type { Collector } from "../../scrape/collector.ts";
import { makeMatcher, type ProcessName } from "./matcher.ts";
import { ProcFiles } from "./proc-files.ts";
import { writeFamilies } from "./process-families.ts";
import { Tracker } from "./tracker.ts";
import { UserNames } from "./user-names.ts";

/** What the process module is told. */
export interface ProcessOptions {
  /** Which processes are measured, and what their groups are called: the first entry that fits a process decides. */
  readonly processNames: readonly ProcessName[];
  /** Whether what fits no entry belongs to the group of its nearest ancestor that is in one. Default: true. */
  readonly children?: boolean | undefined;
  /** Whether each scrape looks whether names and command lines have changed. Default: false. */
  readonly recheck?: boolean | undefined;
  /** Whether there are families by the names of threads. Default: false. */
  readonly threads?: boolean | undefined;
  /** Whether the proportional memory is measured, for which the kernel has to work. Default: true. */
  readonly smaps?: boolean | undefined;
  /** How many groups there may be; processes of others are left out. Default: 10,000. */
  readonly maxGroups?: number | undefined;
  /** Where procfs is mounted. Default: /proc. */
  readonly procfs?: string | undefined;
  /** The file that the names of users are in. Default: /etc/passwd. */
  readonly passwd?: string | undefined;
  readonly logger?: Logger | undefined;
}

/** Groups of processes, by the names, types and labels of process-exporter. Throws if an entry is malformed. */
export function processCollector(options: ProcessOptions): Collector {
  const { threads = false, logger = silentLogger } = options;
  const tracker = new Tracker({
    matcher: makeMatcher(options.processNames),
    children: options.children ?? true,
    recheck: options.recheck ?? false,
    threads,
    smaps: options.smaps ?? true,
    maxGroups: options.maxGroups ?? 10_000,
    files: new ProcFiles(options.procfs ?? "/proc"),
    users: new UserNames(options.passwd ?? "/etc/passwd"),
    logger,
  });
  let errors = 0;
  const update = async (signal?: AbortSignal): Promise<boolean> => {
    try {
      await tracker.update(signal);
      return true;
    } catch (error) {
      signal?.throwIfAborted();
      errors++;
      logger.warn({ err: error }, "the processes could not be read");
      return false;
    }
  };
  return {
    name: "process",
    // Counters count from here on, so that two scrapes are not needed to see anything.
    start: async () => void (await update()),
    async collect(scrape) {
      if (await update(scrape.signal)) writeFamilies(scrape, [...tracker.groups], threads);
      const counter = (name: string, help: string, total: number): void =>
        scrape.counter({ name: `namedprocess_scrape_${name}`, help }).setTotal(total);
      counter("errors", "Times that the processes could not be listed at all.", errors);
      counter("partial_errors", "Times that something of a process could not be read.", tracker.partialErrors);
      counter("procread_errors", "Times that a process could not be read though it was there.", tracker.readErrors);
    },
  };
}
