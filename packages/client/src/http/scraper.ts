// So that the default registry has the metrics of the process, whether or not anything else of the package is imported.
// oxlint-disable-next-line import/no-unassigned-import -- what it exports belongs to another entry
import "../runtime/default-metrics.ts";
import { register } from "../default-registry.ts";
import { MetricsError } from "../metrics-error.ts";
import type { Registry } from "../registry.ts";
import { consoleLog, type FailureListener, tell } from "./failure-log.ts";
import { type HandlerMetrics, handlerMetrics } from "./handler-metrics.ts";
import { clientClosedRequest } from "./measured-requests.ts";
import { parameterOf } from "./request-target.ts";
import { turns } from "../next-turn.ts";
import { expositionAnswer, type ScrapeAnswer, textAnswer } from "./scrape-answer.ts";
import { scrapeSeconds } from "./scrape-seconds.ts";

/** A scrape that goes on. */
export interface ScrapeInProgress {
  /** The request's target: its path and its query. */
  readonly target: string;
  /** How long it may take in all. */
  readonly seconds: number;
  /** Aborts when that time is up, or the client has gone. */
  readonly signal: AbortSignal;
  /** Whether the client has gone: what fails then is no fault. */
  readonly isAbandoned: () => boolean;
}

/** How requests for metrics are answered. */
export interface MetricsHandlerOptions {
  /** What is exposed, or a function that gives it for each scrape. Default: the default registry. */
  readonly registry?:
    | Registry
    | ((scrape: ScrapeInProgress) => Pick<Registry, "expose"> | Promise<Pick<Registry, "expose">>)
    | undefined;
  /** How many requests may be answered at a time; one more gets a 503. Default: 40. */
  readonly maxScrapes?: number | undefined;
  /** Seconds that are kept for the answer's way of what `X-Prometheus-Scrape-Timeout-Seconds` allows. Default: 0.5. */
  readonly timeoutOffsetSeconds?: number | undefined;
  /**
   * The registry of the handler's own metrics, `exporterkit_scrapes_total` and `exporterkit_scrapes_in_flight`; false for
   * none. Default: what is exposed, where that is a registry.
   */
  readonly ownMetrics?: Registry | false | undefined;
  /** Told why a request was answered 500, which the client is not. Default: writes to the console, not too often. */
  readonly onError?: FailureListener | undefined;
}

/** What a request for metrics says. */
export interface ScrapeRequest {
  readonly method: string;
  readonly target: string;
  readonly header: (name: string) => string | undefined;
}

/** After how many turns of the event loop Node.js tells of a connection that had been closed when its request was read. */
const turnsUntilClosed = 3;

const failedText = "Failed; the log says why.\n";

/** Answers requests for metrics, wherever they come from. */
export class Scraper {
  readonly #registry: NonNullable<MetricsHandlerOptions["registry"]>;
  readonly #timeoutOffsetSeconds: number;
  readonly #maxScrapes: number;
  readonly #metrics: HandlerMetrics | undefined;
  readonly #log: FailureListener;
  #inFlight = 0;

  /** Throws a `MetricsError` if a limit is none. */
  constructor(options: MetricsHandlerOptions) {
    const { registry = register, maxScrapes = 40, timeoutOffsetSeconds = 0.5 } = options;
    if (!(maxScrapes >= 1)) throw limitError("maxScrapes", maxScrapes, "a number above 0");
    if (!(timeoutOffsetSeconds >= 0))
      throw limitError("timeoutOffsetSeconds", timeoutOffsetSeconds, "a number of seconds from 0");
    const own = options.ownMetrics ?? (typeof registry === "function" ? false : registry);
    this.#registry = registry;
    this.#timeoutOffsetSeconds = timeoutOffsetSeconds;
    this.#maxScrapes = maxScrapes;
    this.#metrics = own === false ? undefined : handlerMetrics(own);
    this.#log = options.onError ?? consoleLog();
  }

  /**
   * Answers one request, with a 500 where that fails. `gone` aborts when the client has gone. The request counts as in
   * flight until {@link ScrapeAnswer.release}.
   */
  async answer(request: ScrapeRequest, gone: AbortSignal | undefined): Promise<ScrapeAnswer> {
    this.#inFlight++;
    this.#metrics?.inFlight.begin();
    let answer: ScrapeAnswer;
    try {
      answer = await this.#answer(request, gone);
    } catch (error) {
      // What fails because nobody waits for it any more is no fault.
      const isGone = gone?.aborted === true;
      if (!isGone) this.failed(error);
      answer = textAnswer(isGone ? clientClosedRequest : 500, failedText);
    }
    let released = false;
    const release = (): void => {
      if (released) return;
      released = true;
      this.#inFlight--;
      this.#metrics?.inFlight.end();
      this.#metrics?.requests.inc({ status: answer.status });
      answer.release();
    };
    return { ...answer, release };
  }

  /** Tells of a failure. */
  failed(error: unknown): void {
    tell(this.#log, error, "metrics handler");
  }

  async #answer({ method, target, header }: ScrapeRequest, gone: AbortSignal | undefined): Promise<ScrapeAnswer> {
    if (method !== "GET" && method !== "HEAD")
      return textAnswer(405, "Method not allowed: use GET or HEAD.\n", { Allow: "GET, HEAD" });
    if (this.#inFlight > this.#maxScrapes)
      return textAnswer(503, `${this.#maxScrapes} scrapes are running already; try again later.\n`);

    const offset = this.#timeoutOffsetSeconds;
    const seconds = scrapeSeconds(header("x-prometheus-scrape-timeout-seconds"), offset);
    const deadline = new Deadline(seconds, gone);
    const start = performance.now();
    try {
      // Of those that come faster than they are answered, many have gone by now.
      await turns(turnsUntilClosed);
      gone?.throwIfAborted();
      const registry = this.#registry;
      const isAbandoned = (): boolean => gone?.aborted === true;
      const scrape = { target, seconds, signal: deadline.signal, isAbandoned };
      const exposed = typeof registry === "function" ? await registry(scrape) : registry;
      const timeoutSeconds = Math.max(seconds - (performance.now() - start) / 1000, 0.01);
      const exposing = exposed.expose({
        accept: header("accept"),
        acceptEncoding: header("accept-encoding"),
        names: parameterOf(target, "name[]"),
        timeoutSeconds,
        signal: deadline.waiting,
      });
      // A scrape that joins another one's collection waits for that one's deadline, which may be later than its own.
      const exposition = await deadline.unlessOver(exposing, offset);
      if (exposition !== undefined) return expositionAnswer(exposition);
      void exposing.then((late) => late.release()).catch(() => {});
      return textAnswer(isAbandoned() ? clientClosedRequest : 503, `Not done within ${seconds.toFixed(2)} s.\n`);
    } finally {
      deadline.end();
    }
  }
}

/** The time that a scrape has. */
class Deadline {
  readonly #controller = new AbortController();
  readonly #waiting = new AbortController();
  readonly #timer: ReturnType<typeof setTimeout>;
  readonly #gone: AbortSignal | undefined;
  #late: ReturnType<typeof setTimeout> | undefined;

  constructor(seconds: number, gone: AbortSignal | undefined) {
    const over = new Error(`not done within the scrape's ${seconds} s`);
    this.#timer = setTimeout(() => this.#controller.abort(over), seconds * 1000);
    this.#gone = gone;
    gone?.addEventListener("abort", this.#leave);
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Aborts when nobody waits any more: after the grace of {@link Deadline.unlessOver}, or as the client goes. */
  get waiting(): AbortSignal {
    return this.#waiting.signal;
  }

  /**
   * What `work` resolves to, or undefined if it is not there by `graceSeconds` after the deadline, or when the client goes.
   */
  unlessOver<T>(work: Promise<T>, graceSeconds: number): Promise<T | undefined> {
    return new Promise((resolve, reject) => {
      const leave = (): void => {
        resolve(undefined);
        this.#waiting.abort();
      };
      const wait = (): void => {
        if (this.#gone?.aborted === true) leave();
        else this.#late = setTimeout(leave, graceSeconds * 1000);
      };
      if (this.signal.aborted) wait();
      else this.signal.addEventListener("abort", wait);
      work.then(resolve, reject);
    });
  }

  end(): void {
    clearTimeout(this.#timer);
    clearTimeout(this.#late);
    this.#gone?.removeEventListener("abort", this.#leave);
  }

  readonly #leave = (): void => {
    this.#controller.abort(new Error("the client closed the connection"));
    this.#waiting.abort();
  };
}

function limitError(name: string, value: unknown, remedy: string): MetricsError {
  return new MetricsError("invalid_limit", `${name} is ${String(value)}; give ${remedy}.`);
}
