import type { Logger } from "../../logger.ts";
import { FailureLog } from "../../scrape/failure-log.ts";
import type { Scrape } from "../../scrape/scrape.ts";
import { sharedAbort } from "../../scrape/shared-abort.ts";
import type { ConnectionSettings } from "./connection-settings.ts";
import { failureText } from "./failure-text.ts";
import { Families, type MadeFamily } from "./families.ts";
import { openSession } from "./open-session.ts";
import { type Part, presetParts, queryPart } from "./part.ts";
import { type PresetName, presets } from "./presets.ts";
import type { QueryConfig } from "./query-config.ts";
import type { OpenSession } from "./session.ts";
import { SessionPool } from "./session-pool.ts";
import { addTargetMetrics, type Fared } from "./target-metrics.ts";
import { type LabelSet, writeFamilies } from "./write-families.ts";

/** What a target is made of. */
export interface TargetOptions {
  readonly name: string;
  readonly settings: ConnectionSettings;
  readonly presets: readonly PresetName[];
  readonly queries: readonly QueryConfig[];
  readonly maxConnections: number;
  readonly connectSeconds: number;
  readonly logger: Logger;
  /** Opens a session. Default: with the database that the settings name. */
  readonly open?: OpenSession | undefined;
}

/** What one collection is to have. */
export interface Wanted {
  /** Labels that every series gets besides its own. */
  readonly labels: LabelSet;
  /** The preset that alone is asked. Default: all that the target has. */
  readonly preset?: PresetName | undefined;
}

/** What a part made last, where it is good for a while. */
interface Kept {
  readonly families: readonly MadeFamily[];
  /** `performance.now()` when it was asked. */
  readonly at: number;
}

/** The share of a scrape's time that is left for what comes after the queries, and its bounds in seconds. */
const reserve = { share: 0.05, least: 0.05, most: 0.5 } as const;

/** A database: its sessions, and what it is asked. */
export class Target {
  readonly name: string;
  readonly #options: TargetOptions;
  readonly #parts: readonly Part[];
  readonly #kept = new Map<Part, Kept>();
  readonly #pool: SessionPool;
  readonly #failures: FailureLog;

  constructor(options: TargetOptions) {
    this.name = options.name;
    this.#options = options;
    this.#parts = [
      ...options.presets.flatMap((name) => presetParts(name, presets[name])),
      ...options.queries.map((query) => queryPart(query)),
    ];
    const { settings, open = (seconds, signal) => openSession(settings, seconds, signal) } = options;
    this.#pool = new SessionPool(open, options.maxConnections);
    this.#failures = new FailureLog(options.logger);
  }

  /**
   * Adds the target's metrics to a scrape. Does not fail where the database does: the metrics say so. Rejects if the scrape is
   * given up.
   */
  async collect(scrape: Scrape, { labels, preset }: Wanted): Promise<void> {
    const parts = preset === undefined ? this.#parts : this.#parts.filter((part) => part.preset?.name === preset);
    const over = sharedAbort();
    const onAbort = (): void => over.abort(scrape.signal.reason);
    scrape.signal.addEventListener("abort", onAbort, { once: true });
    const timer = setTimeout(
      () => over.abort(new Error("not done before the scrape's time was up")),
      milliseconds(scrape.secondsLeft),
    );
    try {
      scrape.signal.throwIfAborted();
      const down = await this.#downFor(over.signal);
      const fared = await Promise.all(parts.map((part) => this.#ask(part, down, over.signal)));
      // What nobody waits for any more has not failed.
      scrape.signal.throwIfAborted();
      this.#report(`sql:${this.name}`, down);
      const families = new Families();
      const results = fared.map((each) => this.#joined(families, each, down));
      const names = this.#options.presets.filter((name) => preset === undefined || name === preset);
      addTargetMetrics(families, { target: this.name, isUp: down === undefined, presets: names, parts: results });
      writeFamilies(scrape.registry, families.all, labels);
    } finally {
      clearTimeout(timer);
      scrape.signal.removeEventListener("abort", onAbort);
    }
  }

  /** Ends its sessions. */
  close(): void {
    this.#pool.close();
  }

  /** Why the database does not answer, if it does not. */
  async #downFor(signal: AbortSignal): Promise<string | undefined> {
    try {
      await this.#answers(signal);
      return undefined;
    } catch (error) {
      return failureText(error, this.#options.settings);
    }
  }

  async #answers(signal: AbortSignal): Promise<void> {
    const { connectSeconds } = this.#options;
    const limits = { signal, timeoutSeconds: connectSeconds, maxRows: 1 };
    for (let isSecond = false; ; isSecond = true) {
      let wasBroken = false;
      try {
        await this.#pool.use(
          async (session) => {
            try {
              await session.query("SELECT 1", limits);
            } finally {
              wasBroken = session.isBroken;
            }
          },
          connectSeconds,
          signal,
        );
        return;
      } catch (error) {
        // A session that was kept may have been cut off, by a restart or by something in between.
        if (isSecond || !wasBroken || signal.aborted) throw error;
      }
    }
  }

  async #ask(part: Part, down: string | undefined, signal: AbortSignal): Promise<Fared> {
    const start = performance.now();
    const kept = this.#kept.get(part);
    if (kept !== undefined && start - kept.at < part.intervalSeconds * 1000) {
      return { part, seconds: 0, ageSeconds: (start - kept.at) / 1000, families: kept.families };
    }
    this.#kept.delete(part);
    if (down !== undefined) return { part, seconds: 0, failure: down };
    try {
      const { connectSeconds, settings } = this.#options;
      let asked = start;
      const families = await this.#pool.use(
        (session) => {
          asked = performance.now();
          return part.ask({ session, signal, address: addressOf(settings) });
        },
        connectSeconds,
        signal,
      );
      if (part.intervalSeconds > 0) this.#kept.set(part, { families, at: asked });
      return { part, seconds: (performance.now() - asked) / 1000, ageSeconds: 0, families };
    } catch (error) {
      return { part, seconds: (performance.now() - start) / 1000, failure: failureText(error, this.#options.settings) };
    }
  }

  /** Adds what a part made, unless it failed or clashes with the parts before. */
  #joined(families: Families, fared: Fared, down: string | undefined): Fared {
    let { failure } = fared;
    try {
      families.join(fared.families ?? []);
    } catch (error) {
      failure = failureText(error, this.#options.settings);
    }
    // That the database is down is one line in the log.
    if (down === undefined) this.#report(`sql:${this.name}:${fared.part.name}`, failure);
    return failure === undefined ? fared : { ...fared, failure };
  }

  #report(source: string, failure: string | undefined): void {
    if (failure === undefined) this.#failures.succeeded(source);
    else this.#failures.failed(source, failure);
  }
}

/** How long queries may go on of the time that a scrape has left. */
function milliseconds(secondsLeft: number): number {
  const rest = Math.min(Math.max(secondsLeft * reserve.share, reserve.least), reserve.most);
  return Math.min(Math.max(secondsLeft - rest, 0.001) * 1000, 2 ** 31 - 1);
}

function addressOf({ host, port, socket, dialect }: ConnectionSettings): string {
  return socket ?? `${host}:${port ?? (dialect === "postgres" ? 5432 : 3306)}`;
}
