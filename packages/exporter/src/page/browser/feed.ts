import type { SummaryPlot } from "../summary.ts";
import type { WireAnswer, WireAsk, WireCollector, WireFamily, WireQuery } from "../wire.ts";
import type { PlotData } from "./plot-data.ts";

/** How it goes with the server. */
export type Connection = "starting" | "live" | "lost" | "crowded";

/** Where the server's part of the page is: beside this program, wherever a proxy has put it. */
const base = new URL(".", import.meta.url);
/** Where the exporter is. */
export const root: URL = new URL("../../", base);

const retryMs = 3000;
const crowdedMs = 10_000;
/** How soon what has come into view is asked for: once it is known what else has. */
const soonMs = 40;

/** What the server has to tell, by polls: one at a time, each for what is new. */
export class Feed {
  /** When each sample was taken, the first of number `first`. */
  times: number[] = [];
  first = 1;
  families: readonly WireFamily[] = [];
  /** The plots on top. */
  summaryPlots: readonly SummaryPlot[] = [];
  /** The numbers of their lines; null for those of which nothing is collected. */
  summary: ((number | null)[][] | null)[] = [];
  collectors: readonly WireCollector[] = [];
  connection: Connection = "starting";
  problem: string | undefined;
  dropped = 0;
  /** Called after each answer, and after each failure; `isNewCatalog` where other families are there. */
  onChange: (isNewCatalog: boolean) => void = () => {};
  readonly #viewer = Array.from(crypto.getRandomValues(new Uint32Array(3)), (n) => n.toString(36)).join("");
  readonly #plots = new Set<PlotData>();
  /** Those that are still to be asked for in this round. */
  #queue: PlotData[] = [];
  #run: string | undefined;
  #catalog = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #isPolling = false;

  /** Starts to ask for a plot, at once. */
  add(plot: PlotData): void {
    this.#plots.add(plot);
    this.#queue.push(plot);
    this.#soon();
  }

  /** Stops asking for a plot. */
  remove(plot: PlotData): void {
    this.#plots.delete(plot);
    this.#queue = this.#queue.filter((each) => each !== plot);
  }

  /** Asks for all plots before it would have: they are to show something else. */
  refresh(): void {
    this.#queue = [...this.#plots];
    this.#soon();
  }

  /** Asks for the first time. */
  start(): void {
    void this.#poll();
  }

  #soon(): void {
    if (!this.#isPolling) this.#pollIn(soonMs);
  }

  #pollIn(ms: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#poll(), ms);
  }

  async #poll(): Promise<void> {
    this.#isPolling = true;
    const now = performance.now();
    if (this.#queue.length === 0) this.#queue = [...this.#plots];
    const asks = this.#nextAsks(now);
    const query: WireQuery = {
      viewer: this.#viewer,
      ...(this.#run !== undefined && { run: this.#run }),
      catalog: this.#catalog,
      since: this.first + this.times.length,
      plots: asks.map(({ ask }) => ask),
    };
    let waitMs = retryMs;
    let isNewCatalog = false;
    try {
      const url = new URL("data", base);
      url.searchParams.set("q", JSON.stringify(query));
      const response = await fetch(url, { signal: AbortSignal.timeout(20_000) });
      this.connection = response.status === 503 ? "crowded" : response.ok ? "live" : "lost";
      if (this.connection === "crowded") waitMs = crowdedMs;
      if (response.ok) {
        const answer = (await response.json()) as WireAnswer;
        isNewCatalog = this.#take(answer);
        for (const { plot, ask } of asks) {
          const found = answer.plots.find(({ family }) => family === ask.family);
          if (found !== undefined) plot.take(ask, found, now);
          plot.forget(this.first);
        }
        waitMs = Math.max(200, answer.nextMs + 50);
      }
    } catch {
      this.connection = "lost";
    }
    this.#isPolling = false;
    this.onChange(isNewCatalog);
    const isAnswered = this.connection === "live";
    this.#pollIn(isAnswered && this.#queue.length > 0 ? soonMs : waitMs);
  }

  /** What one request asks for: its address must not be longer than servers take. */
  #nextAsks(now: number): { plot: PlotData; ask: WireAsk }[] {
    const asks: { plot: PlotData; ask: WireAsk }[] = [];
    let length = 0;
    for (const plot of this.#queue.slice(0, mostPlots)) {
      const ask = plot.ask(now);
      length += encodeURIComponent(JSON.stringify(ask)).length;
      if (asks.length > 0 && length > longestQuery) break;
      asks.push({ plot, ask });
    }
    this.#queue.splice(0, asks.length);
    return asks;
  }

  #take(answer: WireAnswer): boolean {
    if (answer.run !== this.#run) {
      this.#run = answer.run;
      this.times = [];
      this.summary = [];
      this.summaryPlots = answer.summaryPlots ?? [];
      for (const plot of this.#plots) plot.reset();
    }
    if (answer.from > this.first + this.times.length) {
      // It has slept for longer than the server keeps anything.
      this.times = [];
      this.summary = [];
    }
    if (this.times.length === 0) this.first = answer.from;
    const known = answer.from - this.first;
    this.times = [...this.times.slice(0, known), ...answer.times];
    this.summary = answer.summary.map((lines, plot) =>
      lines === null
        ? null
        : lines.map((values, line) => {
            const before = this.summary[plot]?.[line] ?? Array.from({ length: known }, () => null);
            return [...before.slice(0, known), ...values];
          }),
    );
    this.#forget(answer.first);
    this.problem = answer.problem;
    this.dropped = answer.dropped;
    this.collectors = answer.collectors;
    if (answer.catalog === undefined) return false;
    this.#catalog = answer.catalog.version;
    this.families = answer.catalog.families;
    return true;
  }

  #forget(first: number): void {
    const old = Math.max(0, first - this.first);
    if (old === 0) return;
    this.times.splice(0, old);
    for (const lines of this.summary) for (const values of lines ?? []) values.splice(0, old);
    this.first = first;
  }
}

/** How many plots one request asks for. */
const mostPlots = 16;
const longestQuery = 8000;
