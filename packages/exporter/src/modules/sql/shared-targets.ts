import type { Logger } from "../../logger.ts";
import { connectionOf, type SqlConfig } from "./sql-config.ts";
import { Target } from "./target.ts";

/** The targets of a configuration, each of which has its sessions once, whoever asks it: scrapes and probes. */
export class SharedTargets {
  readonly #config: SqlConfig;
  readonly #logger: Logger;
  readonly #held = new Map<string, { readonly target: Target; holders: number }>();

  constructor(config: SqlConfig, logger: Logger) {
    this.#config = config;
    this.#logger = logger;
  }

  /** The target of a name, which is closed once everybody who holds it has called `close`. */
  hold(name: string): { readonly target: Target; readonly close: () => void } {
    const held = this.#held.get(name) ?? { target: this.#make(name), holders: 0 };
    this.#held.set(name, held);
    held.holders++;
    return {
      target: held.target,
      close: () => {
        if (--held.holders > 0) return;
        this.#held.delete(name);
        held.target.close();
      },
    };
  }

  #make(name: string): Target {
    const { targets, queries } = this.#config;
    const given = targets.find((each) => each.name === name)!;
    return new Target({
      name,
      settings: connectionOf(given),
      presets: given.presets,
      queries: queries.filter((query) => given.queries?.includes(query.name) ?? true),
      maxConnections: given.max_connections,
      connectSeconds: given.connect_timeout,
      logger: this.#logger,
    });
  }
}
