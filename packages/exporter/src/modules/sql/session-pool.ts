import type { OpenSession, Session } from "./session.ts";

interface Waiting {
  readonly resolve: () => void;
}

/** The sessions with one database: so many at most, and kept for the next scrape. */
export class SessionPool {
  readonly #open: OpenSession;
  readonly #maximum: number;
  readonly #idle: Session[] = [];
  readonly #sessions = new Set<Session>();
  readonly #waiting: Waiting[] = [];
  #taken = 0;
  #isClosed = false;

  constructor(open: OpenSession, maximum: number) {
    this.#open = open;
    this.#maximum = maximum;
  }

  /**
   * Has `work` use a session that nobody else uses meanwhile. Rejects if none can be opened within `connectSeconds`, if the
   * signal aborts before there is one, and with what `work` rejects with.
   */
  async use<T>(work: (session: Session) => Promise<T>, connectSeconds: number, signal: AbortSignal): Promise<T> {
    await this.#turn(signal);
    let session: Session | undefined;
    try {
      session = this.#idleOne() ?? (await this.#openOne(connectSeconds, signal));
      return await work(session);
    } finally {
      // What is still being cancelled is not given to others.
      void this.#release(session);
    }
  }

  /** Ends all sessions; there are none from then on. */
  close(): void {
    this.#isClosed = true;
    for (const session of this.#sessions) session.close();
    this.#sessions.clear();
    this.#idle.length = 0;
  }

  async #turn(signal: AbortSignal): Promise<void> {
    if (this.#isClosed) throw new Error("the exporter has let go of this database");
    signal.throwIfAborted();
    if (this.#taken < this.#maximum) {
      this.#taken++;
      return;
    }
    await new Promise<void>((resolve, reject) => {
      const onAbort = (): void => {
        this.#waiting.splice(this.#waiting.indexOf(waiting), 1);
        reject(signal.reason as Error);
      };
      const waiting: Waiting = {
        resolve() {
          signal.removeEventListener("abort", onAbort);
          resolve();
        },
      };
      this.#waiting.push(waiting);
      signal.addEventListener("abort", onAbort, { once: true });
    });
  }

  #idleOne(): Session | undefined {
    for (let session = this.#idle.pop(); session !== undefined; session = this.#idle.pop()) {
      if (!session.isBroken) return session;
      this.#sessions.delete(session);
    }
    return undefined;
  }

  async #openOne(seconds: number, signal: AbortSignal): Promise<Session> {
    const session = await this.#open(seconds, signal);
    if (this.#isClosed) session.close();
    else this.#sessions.add(session);
    return session;
  }

  async #release(session: Session | undefined): Promise<void> {
    await session?.settled();
    if (session !== undefined) {
      if (session.isBroken) this.#sessions.delete(session);
      else if (this.#isClosed) session.close();
      else this.#idle.push(session);
    }
    const next = this.#waiting.shift();
    if (next === undefined) this.#taken--;
    else next.resolve();
  }
}
