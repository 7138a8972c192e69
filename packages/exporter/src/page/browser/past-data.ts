import type { LabelMatcher } from "../label-matcher.ts";
import type { WirePast, WirePastQuery } from "../wire.ts";
import type { SampledLines } from "./family-lines.ts";
import { KeptAnswer } from "./kept-answer.ts";

/** What Prometheus has of one family. */
export class PastData implements SampledLines {
  readonly #family: string;
  readonly from = 1;
  readonly fitting = 0;
  readonly #most: number;
  readonly #kept: KeptAnswer<WirePast>;

  constructor(family: string, most: number, onAnswer: () => void) {
    this.#family = family;
    this.#most = most;
    this.#kept = new KeptAnswer("past", onAnswer);
  }

  get times(): readonly number[] {
    return this.#kept.answer?.times ?? [];
  }

  get lines(): WirePast["lines"] {
    return this.#kept.answer?.lines ?? [];
  }

  /** Why there is nothing, in a sentence. */
  get problem(): string | undefined {
    return this.#kept.problem;
  }

  /** Goes up with each answer. */
  get version(): number {
    return this.#kept.version;
  }

  /** Asks for what goes back so far, unless it has that; where time stands still, it has whatever it has. */
  ask(seconds: number, matchers: readonly LabelMatcher[], isStill: boolean): void {
    const query: WirePastQuery = { family: this.#family, seconds, matchers, most: this.#most };
    this.#kept.ask(JSON.stringify(query), isStill);
  }

  /** Nobody asks any more. */
  drop(): void {
    this.#kept.drop();
  }
}
