/** How many requests a server answers. */
export interface RateLimit {
  /** Seconds until one more may be answered; 0 for no limit. */
  readonly intervalSeconds: number;
  /** How many may be answered at once, after a while without any. */
  readonly burst: number;
}

/** A token bucket: starts with `burst` tokens, gets one more each interval up to that number, and gives one to a request. */
export class TokenBucket {
  readonly limit: RateLimit;
  readonly #now: () => number;
  #tokens: number;
  #filled: number;

  /** `now` tells milliseconds that never go back. */
  constructor(limit: RateLimit, now: () => number = () => performance.now()) {
    this.limit = limit;
    this.#now = now;
    this.#tokens = limit.burst;
    this.#filled = now();
  }

  /** Takes a token, and returns whether there was one. */
  take(): boolean {
    const { intervalSeconds, burst } = this.limit;
    if (intervalSeconds === 0) return true;
    const now = this.#now();
    this.#tokens = Math.min(burst, this.#tokens + (now - this.#filled) / (intervalSeconds * 1000));
    this.#filled = now;
    if (this.#tokens < 1) return false;
    this.#tokens--;
    return true;
  }
}
