import type { WireAnswer, WireCollector, WireFamily, WireQuery } from "../wire.ts";
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
  summary: ((number | null)[][] | null)[] = [];
  collectors: readonly WireCollector[] = [];
  connection: Connection = "starting";
  problem: string | undefined;
  dropped = 0;
  /** Called after each answer, and after each failure; `isNewCatalog` where other families are there. */
  onChange: (isNewCatalog: boolean) => void = () => {};
  readonly #viewer = Array.from(crypto.getRandomValues(new Uint32Array(3)), (n) => n.toString(36)).join("");
  readonly #plots = new Set<PlotData>();
  #run: string | undefined;
  #catalog = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #isPolling = false;
  #isWanted = false;

  /** Starts to ask for a plot, at once. */
  add(plot: PlotData): void {
    this.#plots.add(plot);
    this.soon();
  }

  /** Stops asking for a plot. */
  remove(plot: PlotData): void {
    this.#plots.delete(plot);
  }

  /** Asks before it would have: there is something to be shown. */
  soon(): void {
    if (this.#isPolling) this.#isWanted = true;
    else this.#pollIn(soonMs);
  }

  /** Asks for the first time. */
  start(): void {
    void this.#poll();
  }

  #pollIn(ms: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#poll(), ms);
  }

  async #poll(): Promise<void> {
    this.#isPolling = true;
    this.#isWanted = false;
    const now = performance.now();
    const asks = [...this.#plots].slice(0, mostPlots).map((plot) => ({ plot, ask: plot.ask(now) }));
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
    this.#pollIn(this.#isWanted ? soonMs : waitMs);
  }

  #take(answer: WireAnswer): boolean {
    if (answer.run !== this.#run) {
      this.#run = answer.run;
      this.times = [];
      this.summary = [];
      for (const plot of this.#plots) plot.reset();
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

/** As many as the server answers. */
const mostPlots = 40;
