import { randomUUID } from "node:crypto";
import type { IncomingMessage } from "node:http";
import { hostname } from "node:os";
import { isDeepStrictEqual } from "node:util";
import { messageOf } from "../../exporter-error.ts";
import type { Logger } from "../../logger.ts";
import { queryOf } from "../../query-of.ts";
import { type Answer, get, type Respond, type Route } from "../../server/routes.ts";
import type { SummaryPlot } from "../summary.ts";
import type { WireAbout, WireAnswer, WireCollector, WireFamily, WirePlot, WireQuery } from "../wire.ts";
import { findAssets } from "./assets.ts";
import { jsonAnswer } from "./compressed.ts";
import { defaultSummary } from "./default-summary.ts";
import { Dashboards, type MakeDashboards, NoSuchPanel } from "./dashboards.ts";
import { pageDocument } from "./document.ts";
import type { FamilyHistory } from "./family-history.ts";
import { History } from "./history.ts";
import { plotOf } from "./plot-of.ts";
import { kindOf, valueAt } from "./readings.ts";
import { readPanelQuery, readPastQuery, readQuery } from "./read-query.ts";
import { NoHistory, PrometheusClient, type PrometheusOptions } from "./prometheus-client.ts";
import { PrometheusHistory } from "./prometheus-history.ts";
import { Recorder, type RecorderOptions } from "./recorder.ts";
import { summaryValues } from "./summary-values.ts";
import { Viewers } from "./viewers.ts";

/** How an exporter's live page is set up. */
export interface LivePageOptions {
  /** The plots on top. Default: requests of a web application where there are any, and the process itself. */
  readonly summary?: readonly SummaryPlot[] | undefined;
  /** Whether the last 15 minutes are kept also while nobody looks. Default: false, an exporter that nobody looks at does nothing. */
  readonly alwaysRecord?: boolean | undefined;
  /** A Prometheus that scrapes the exporter, to show more than the last 15 minutes. Default: none. */
  readonly prometheus?: PrometheusOptions | undefined;
  /** Dashboards that the page draws from that Prometheus; they are asked for when somebody looks. Default: none. */
  readonly dashboards?: MakeDashboards | undefined;
}

/** What a live page is about. */
export interface PageContext extends Pick<RecorderOptions, "collect" | "logger"> {
  readonly title: string;
  readonly version: string;
  readonly telemetryPath: string;
  /** The paths of other pages. */
  readonly links: readonly string[];
  readonly configPath?: string | undefined;
}

/** Where everything but the page itself is. */
const base = "/-/page/";
const limits = { seconds: 15 * 60, bytes: 32 * 1024 * 1024, series: 20_000 };
/** How many answers may be made at a time, and how many of them ask Prometheus. */
const mostAnswers = 10;
const mostPastAnswers = 8;

/** The live page of an exporter: its routes, and the samples that it shows. */
export class LivePage {
  readonly routes: Readonly<Record<string, Route>>;
  #run = randomUUID();
  #summary: readonly SummaryPlot[];
  readonly #history = new History(limits);
  readonly #recorder: Recorder;
  readonly #viewers = new Viewers();
  readonly #about: WireAbout;
  readonly #logger: Logger;
  #answers = 0;
  #pastAnswers = 0;

  static async create(options: LivePageOptions, context: PageContext): Promise<LivePage> {
    const assets = await findAssets();
    const { title, version, telemetryPath, links } = context;
    // Where Prometheus is to find the metrics at /, there is no room for a page.
    const path = telemetryPath === "/" ? base : "/";
    const document = pageDocument({ title, version, links, root: path === "/" ? "./" : "../../", base, assets });
    const fixed: [string, Route][] = [[path, get(() => document)]];
    for (const [name, route] of assets.routes) fixed.push([base + name, { ...route, isPart: true }]);
    return new LivePage(options, context, fixed);
  }

  private constructor(options: LivePageOptions, context: PageContext, routes: readonly [string, Route][]) {
    const { alwaysRecord = false, prometheus, dashboards } = options;
    const { collect, logger, title, version, telemetryPath, links, configPath } = context;
    this.#logger = logger;
    this.#summary = options.summary ?? defaultSummary;
    const client = prometheus && new PrometheusClient(prometheus);
    this.#recorder = new Recorder({ collect, logger, history: this.#history, always: alwaysRecord });
    this.#about = {
      title,
      version,
      node: process.version,
      host: hostname(),
      startedAt: Date.now() / 1000 - process.uptime(),
      telemetryPath,
      links,
      configPath,
      keptSeconds: limits.seconds,
      prometheusUrl: client?.url,
      hasDashboards: client !== undefined && dashboards !== undefined,
    };
    const parts: Readonly<Record<string, Respond>> = {
      about: (request) => jsonAnswer(request, this.#about),
      data: (request) => this.#answer(request),
      ...(client && this.#pastParts(new PrometheusHistory(client))),
      ...(client && dashboards && this.#dashboardParts(new Dashboards(dashboards, client))),
    };
    this.routes = Object.fromEntries([
      ...routes,
      ...Object.entries(parts).map(([name, respond]) => [base + name, { ...get(respond), isPart: true }] as const),
    ]);
  }

  /** Has these plots on top from now on. */
  use(summary: readonly SummaryPlot[]): void {
    if (isDeepStrictEqual(summary, this.#summary)) return;
    this.#summary = summary;
    this.#run = randomUUID();
  }

  /** Ends the recording. */
  async stop(): Promise<void> {
    await this.#recorder.stop();
  }

  async #answer(request: IncomingMessage): Promise<Answer> {
    if (isForeign(request)) return foreignAnswer;
    const query = readQuery(queryOf(request.url ?? "").get("q") ?? "");
    if (query === undefined) return { status: 400, body: "This is for the page at /, which asks in its own way.\n" };
    if (this.#answers >= mostAnswers || !this.#viewers.admit(query.viewer)) return busyAnswer;
    this.#answers++;
    try {
      await this.#recorder.watched();
      return await jsonAnswer(request, await this.#dataFor(query));
    } finally {
      this.#answers--;
    }
  }

  #pastParts(prometheus: PrometheusHistory): Readonly<Record<string, Respond>> {
    return {
      past: this.#answersPast((q) => {
        const query = readPastQuery(q);
        const family = this.#history.families.get(query?.family ?? "");
        if (query === undefined || family === undefined) throw new NoSuchPanel("There is no such metric.");
        return prometheus.read(family, query, this.#startedAt);
      }),
    };
  }

  #dashboardParts(dashboards: Dashboards): Readonly<Record<string, Respond>> {
    return {
      dashboards: async (request) =>
        isForeign(request) ? foreignAnswer : jsonAnswer(request, await dashboards.list()),
      choices: this.#answersPast(async (q) => {
        await this.#recorder.watched();
        return dashboards.choices(q, this.#startedAt);
      }),
      panel: this.#answersPast(async (q) => {
        const query = readPanelQuery(q);
        if (query === undefined) throw new NoSuchPanel("There is no such panel.");
        // The first who looks waits for the first sample, which tells when this process started.
        await this.#recorder.watched();
        return dashboards.panel(query, this.#startedAt);
      }),
    };
  }

  /** When this process started, by its own metrics. */
  get #startedAt(): number {
    const started = this.#history.families.get("process_start_time_seconds");
    return started === undefined ? Number.NaN : valueAt(this.#history, started, this.#history.last, 0);
  }

  /** Answers what Prometheus has to be asked for. */
  #answersPast(read: (q: string) => Promise<object>): Respond {
    return async (request) => {
      if (isForeign(request)) return foreignAnswer;
      if (this.#pastAnswers >= mostPastAnswers) return busyAnswer;
      this.#pastAnswers++;
      try {
        return await jsonAnswer(request, await read(queryOf(request.url ?? "").get("q") ?? ""));
      } catch (error) {
        if (error instanceof NoSuchPanel) return { status: 400, body: `${error.message}\n` };
        if (!(error instanceof NoHistory)) throw error;
        this.#logger.debug({ error: messageOf(error) }, "no history for the live page");
        return { status: 502, body: error.message };
      } finally {
        this.#pastAnswers--;
      }
    };
  }

  async #dataFor(query: WireQuery): Promise<WireAnswer> {
    const history = this.#history;
    const run = this.#run;
    const summaryPlots = this.#summary;
    const isKnown = query.run === run;
    const { version, first } = history;
    const from = Math.max(isKnown ? query.since : 0, first);
    const times = history.times.slice(from - first);
    const summary = summaryPlots.map((plot) => summaryValues(history, plot, from));
    const plots: WirePlot[] = [];
    for (const ask of query.plots) {
      const family = history.families.get(ask.family);
      if (family === undefined) continue;
      plots.push(plotOf(history, family, isKnown ? ask : { ...ask, since: 0, shown: undefined }));
      await new Promise(setImmediate);
    }
    return {
      run,
      nextMs: Math.ceil(this.#recorder.nextMs),
      first,
      from,
      times,
      problem: this.#recorder.problem,
      dropped: history.dropped,
      catalog: isKnown && query.catalog === version ? undefined : { version, families: this.#families() },
      summaryPlots: isKnown ? undefined : summaryPlots,
      summary,
      plots,
      collectors: this.#collectors(),
    };
  }

  #families(): WireFamily[] {
    // What is declared and has not happened yet has nothing to show.
    const families = [...this.#history.families.values()].filter(({ size }) => size > 0).map(wireFamily);
    return families.toSorted((a, b) => (a.name < b.name ? -1 : 1));
  }

  #collectors(): WireCollector[] {
    const history = this.#history;
    const success = history.families.get("exporterkit_collector_success");
    const seconds = history.families.get("exporterkit_collector_duration_seconds");
    if (success === undefined || seconds === undefined) return [];
    const { last } = history;
    return success.series.flatMap((labels, index) => {
      const succeeded = valueAt(history, success, last, index);
      const name = labels?.[0];
      const same = seconds.series.findIndex((others) => others?.[0] === name);
      if (name === undefined || Number.isNaN(succeeded)) return [];
      return [{ name, succeeded: succeeded === 1, seconds: valueAt(history, seconds, last, same) || 0 }];
    });
  }
}

const foreignAnswer: Answer = { status: 403, body: "Another site may not look.\n" };
const busyAnswer: Answer = {
  status: 503,
  headers: { "Retry-After": "10" },
  body: "Too many look at this page; try again later.\n",
};

/** Whether a page of another site asks, in the browser of somebody who may look. */
function isForeign({ headers }: IncomingMessage): boolean {
  return headers["sec-fetch-site"] === "cross-site";
}

function wireFamily(family: FamilyHistory): WireFamily {
  const { name, type, help, unit, labelNames: labels, isNative } = family;
  return { name, type, help, unit, labels, kind: kindOf(family), ...(isNative && { isNative }) };
}
