import { setFlagsFromString } from "node:v8";
import { messageOf } from "../../exporter-error.ts";
import { type Logger, silentLogger } from "../../logger.ts";
import type { Collector } from "../../scrape/collector.ts";
import { LogReader } from "./log-reader.ts";
import type { LogsConfig } from "./logs-config.ts";
import { Positions } from "./positions.ts";

/** Who reads logs: a reload starts the next before the one before has stopped, and hands on up to where that has read. */
export interface LogsSeat {
  occupant?: Occupant | undefined;
}

interface Occupant {
  readonly stateFile: string | undefined;
  readonly positions: Positions;
  /** Resolves when it reads no more. */
  readonly left: Promise<void>;
}

/**
 * The metrics of logs. They are told exactly as of one place in each log, and a restart or a reload goes on from the place of the
 * last scrape, for which a sample of the live page does not count: whatever Prometheus was not told of is counted again, whatever
 * it was told of is not.
 */
export function logsCollector(config: LogsConfig, logger: Logger = silentLogger, seat: LogsSeat = {}): Collector {
  let reader: LogReader | undefined;
  let positions: Positions | undefined;
  let before: Occupant | undefined;
  let starting: Promise<void> | undefined;
  let isStopped = false;
  let leave: (() => void) | undefined;

  async function begin(from: Positions): Promise<void> {
    const made = new LogReader(config, from, logger);
    await made.start();
    reader = made;
  }

  /** Both at once would count lines twice: the one before reads until its last scrape is over. */
  async function after({ left }: Occupant, from: Positions): Promise<void> {
    await left;
    if (!isStopped) await begin(from);
  }

  return {
    name: "logs",
    async start() {
      // The command has V8 compact all of the heap whenever it clears it up, and a scrape would wait for that while lines are read.
      setFlagsFromString("--no-compact-on-every-full-gc");
      before = seat.occupant;
      const isSameFile = before !== undefined && before.stateFile === config.state_file;
      positions = isSameFile ? before!.positions : new Positions(config.state_file, logger);
      if (!isSameFile) await positions.load();
      if (before === undefined) await begin(positions);
      const from = positions;
      const left = new Promise<void>((resolve) => (leave = resolve));
      seat.occupant = { stateFile: config.state_file, positions, left };
      if (before === undefined) return;
      starting = after(before, from);
      starting.catch((error: unknown) => {
        logger.error({ error: messageOf(error) }, "logs are not read since the reload");
      });
    },
    async collect(scrape) {
      await starting;
      const told = reader?.collect(scrape.registry);
      if (told !== undefined) scrape.onExposed(told);
    },
    async stop() {
      isStopped = true;
      if (reader === undefined) {
        // It never came to read: the one before goes on, or its place is free.
        seat.occupant = before;
        return;
      }
      await reader.stop();
      await positions?.written();
      leave?.();
    },
  };
}
