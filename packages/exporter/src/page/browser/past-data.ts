import type { LabelMatcher } from "../label-matcher.ts";
import type { WirePast, WirePastQuery } from "../wire.ts";
import type { SampledLines } from "./family-lines.ts";

/** How long what Prometheus has told is shown before it is asked again. */
const freshMs = 30_000;
/** How many requests go on at a time. */
const mostRequests = 4;

let requests = 0;
const waiting: (() => void)[] = [];

/** What Prometheus has of one family. */
export class PastData implements SampledLines {
  readonly family: string;
  readonly from = 1;
  readonly fitting = 0;
  times: readonly number[] = [];
  lines: WirePast["lines"] = [];
  /** Why there is nothing, in a sentence. */
  problem: string | undefined;
  /** Goes up with each answer. */
  version = 0;
  readonly #most: number;
  readonly #onAnswer: () => void;
  #asked = "";
  #askedAt = -Infinity;

  constructor(family: string, most: number, onAnswer: () => void) {
    this.family = family;
    this.#most = most;
    this.#onAnswer = onAnswer;
  }

  /** Asks for what goes back so far, unless it has that. */
  ask(seconds: number, matchers: readonly LabelMatcher[]): void {
    const query: WirePastQuery = { family: this.family, seconds, matchers, most: this.#most };
    const asked = JSON.stringify(query);
    const now = performance.now();
    if (asked === this.#asked && now - this.#askedAt < freshMs) return;
    if (asked !== this.#asked) {
      this.times = [];
      this.lines = [];
    }
    this.#asked = asked;
    this.#askedAt = now;
    void this.#load(asked);
  }

  async #load(asked: string): Promise<void> {
    if (requests >= mostRequests) {
      await new Promise<void>((resolve) => {
        waiting.push(resolve);
      });
    }
    // It is asked for something else meanwhile, or by nobody any more.
    if (asked !== this.#asked) {
      waiting.shift()?.();
      return;
    }
    requests++;
    try {
      const url = new URL("past", import.meta.url);
      url.searchParams.set("q", asked);
      const response = await fetch(url, { signal: AbortSignal.timeout(20_000) });
      if (asked !== this.#asked) return;
      this.problem = response.ok ? undefined : (await response.text()).trim();
      if (response.ok) {
        const { times, lines } = (await response.json()) as WirePast;
        this.times = times;
        this.lines = lines;
        this.version++;
      }
    } catch {
      this.problem = "The exporter does not answer.";
    } finally {
      requests--;
      waiting.shift()?.();
    }
    this.#onAnswer();
  }

  /** Nobody asks any more. */
  drop(): void {
    this.#asked = "";
  }
}
