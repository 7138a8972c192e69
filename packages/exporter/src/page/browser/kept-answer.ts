/** How long what Prometheus has told is shown before it is asked again. */
const freshMs = 30_000;
/** How soon it is asked again where it had no answer. */
const retryMs = 5000;
/** How many requests go on at a time. */
const mostRequests = 4;

let requests = 0;
const waiting: (() => void)[] = [];

/** The latest answer to a question that the exporter has Prometheus answer. */
export class KeptAnswer<Answer> {
  answer: Answer | undefined;
  /** Why there is nothing, in a sentence. */
  problem: string | undefined;
  /** Goes up with each answer. */
  version = 0;
  readonly #path: string;
  readonly #onAnswer: () => void;
  #asked = "";
  #askedAt = -Infinity;

  /** `path` is where the question goes, beside this program. */
  constructor(path: string, onAnswer: () => void) {
    this.#path = path;
    this.#onAnswer = onAnswer;
  }

  /** Asks, unless that was asked a moment ago; where time stands still, unless there is an answer. */
  ask(question: string, isStill = false): void {
    const now = performance.now();
    const isKept = now - this.#askedAt < freshMs || (isStill && this.answer !== undefined);
    if (question === this.#asked && isKept) return;
    if (question !== this.#asked) this.answer = undefined;
    this.#asked = question;
    this.#askedAt = now;
    void this.#load(question);
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
    const { answer, problem = "The exporter does not answer." } = await load(this.#path, asked);
    requests--;
    waiting.shift()?.();
    // An answer to what is asked no more is none, and neither is its problem.
    if (asked !== this.#asked) return;
    this.problem = answer === undefined ? problem : undefined;
    if (answer === undefined) this.#askedAt = performance.now() - freshMs + retryMs;
    else {
      this.answer = answer as Answer;
      this.version++;
    }
    this.#onAnswer();
  }

  /** Nobody asks any more. */
  drop(): void {
    this.#asked = "";
  }
}

/** What the exporter answers, or why it does not. */
async function load(path: string, question: string): Promise<{ answer?: unknown; problem?: string }> {
  try {
    const url = new URL(path, import.meta.url);
    url.searchParams.set("q", question);
    const response = await fetch(url, { signal: AbortSignal.timeout(20_000) });
    if (response.ok) return { answer: await response.json() };
    const isText = response.headers.get("content-type")?.startsWith("text/plain") ?? false;
    // What is in between may have a page of its own to say so.
    return { problem: isText ? (await response.text()).trim() : `Status ${response.status}, and no more is known.` };
  } catch {
    return {};
  }
}
