import { collectDefaultMetrics, Gauge, Registry } from "@exporterkit/client";
import { afterEach, describe, expect, it, vi } from "vitest";
import type { Dashboard } from "../../module.ts";
import type { Collector } from "../../scrape/collector.ts";
import { type Exporter, type ExporterOptions, startExporter } from "../../server/exporter.ts";
import type { SummaryPlot } from "../summary.ts";
import type { WireAbout, WireAnswer, WireDashboard, WireQuery } from "../wire.ts";

const exporters: Exporter[] = [];
afterEach(async () => {
  vi.restoreAllMocks();
  for (const exporter of exporters.splice(0)) await exporter.stop();
});

async function start(options: Partial<ExporterOptions> = {}): Promise<string> {
  const exporter = await startExporter({
    collectors: [],
    registry: new Registry(),
    listenAddress: "127.0.0.1:0",
    ...options,
  });
  exporters.push(exporter);
  return exporter.url;
}

const firstQuery: WireQuery = { viewer: "me", catalog: 0, since: 0, plots: [] };

function ask(url: string, query: unknown = firstQuery): Promise<Response> {
  return fetch(`${url}-/page/data?q=${encodeURIComponent(JSON.stringify(query))}`);
}

async function look(url: string, query: WireQuery = firstQuery): Promise<WireAnswer> {
  return (await (await ask(url, query)).json()) as WireAnswer;
}

/** A collector that counts its calls. */
function counting(): Collector & { calls: number } {
  return {
    name: "counting",
    calls: 0,
    collect(scrape) {
      this.calls++;
      scrape.gauge({ name: "calls", help: "Calls." }).set(this.calls);
    },
  };
}

/** Counts the timers that the page's server sets from now on. */
function countTimers(): () => number {
  let number = 0;
  for (const name of ["setTimeout", "setInterval"] as const) {
    const set = globalThis[name];
    vi.spyOn(globalThis, name).mockImplementation((...args: Parameters<typeof setTimeout>) => {
      if (/\/page\/server\/(?!.*\.test)/.test(new Error("set here").stack!)) number++;
      return set(...args);
    });
  }
  return () => number;
}

describe("the server of the live page", () => {
  it("does nothing until somebody looks, and then takes samples through the pipeline of scrapes", async () => {
    const collector = counting();
    const timers = countTimers();
    const url = await start({ collectors: [collector] });
    await (await fetch(url)).text();
    await (await fetch(`${url}-/page/about`)).text();
    expect({ calls: collector.calls, timers: timers() }).toEqual({ calls: 0, timers: 0 });
    const answer = await look(url);
    expect(timers()).toBeGreaterThan(0);
    expect(answer.times).toHaveLength(1);
    expect(answer.catalog!.families.map(({ name }) => name)).toContain("calls");
    expect(answer.collectors).toEqual([{ name: "counting", succeeded: true, seconds: expect.any(Number) as number }]);
    await expect.poll(async () => (await look(url)).times.length).toBeGreaterThan(1);
  });

  it("makes dashboards once somebody asks for them, and has none without a Prometheus", async () => {
    let made = 0;
    const dashboards = (): Dashboard[] => {
      made++;
      const panels = [{ type: "timeseries", title: "Rooms", targets: [{ expr: "rooms" }] }];
      return [{ name: "rooms", model: { title: "Rooms", panels } }];
    };
    const url = await start({ page: { dashboards, prometheus: { url: "http://127.0.0.1:1" } } });
    expect(await (await fetch(`${url}-/page/about`)).json()).toMatchObject({ hasDashboards: true });
    await look(url);
    expect(made).toBe(0);
    const [rooms] = (await (await fetch(`${url}-/page/dashboards`)).json()) as WireDashboard[];
    expect(rooms).toMatchObject({ name: "rooms", panels: [{ title: "Rooms" }] });
    const foreign = await fetch(`${url}-/page/dashboards`, { headers: { "sec-fetch-site": "cross-site" } });
    expect(foreign.status).toBe(403);
    const without = await start({ page: { dashboards } });
    expect(await (await fetch(`${without}-/page/about`)).json()).toMatchObject({ hasDashboards: false });
    expect((await fetch(`${without}-/page/dashboards`)).status).toBe(404);
    expect(made).toBe(1);
  });

  it("takes a sample for the first panel: that tells what Prometheus has of this exporter", async () => {
    const dashboards = (): Dashboard[] => [
      { name: "rooms", model: { panels: [{ type: "timeseries", title: "Rooms", targets: [{ expr: "rooms" }] }] } },
    ];
    const registry = new Registry();
    collectDefaultMetrics({ register: registry });
    const url = await start({ registry, page: { dashboards, prometheus: { url: "http://127.0.0.1:1" } } });
    const query = { dashboard: "rooms", panel: 0, seconds: 300, choices: {} };
    const answer = await fetch(`${url}-/page/panel?q=${encodeURIComponent(JSON.stringify(query))}`);
    expect([answer.status, await answer.text()]).toEqual([502, "Prometheus does not answer."]);
  });

  it("has the plots of the configuration in use on top, told anew to a page that has those before", async () => {
    const plot = (metric: string): SummaryPlot => ({ title: metric, lines: [{ metric }] });
    let summary: SummaryPlot[] = [plot("calls")];
    const collectors = [counting()];
    const options = { collectors, listenAddress: "127.0.0.1:0", page: { summary } };
    const exporter = await startExporter({ ...options, reload: async () => ({ collectors: [counting()], summary }) });
    exporters.push(exporter);
    const { run, summaryPlots, summary: values } = await look(exporter.url);
    expect([summaryPlots, values]).toEqual([[plot("calls")], [[[1]]]]);
    await exporter.reload();
    const known = { ...firstQuery, run, since: 1 };
    expect(await look(exporter.url, known)).toMatchObject({ run });
    summary = [plot("absent"), plot("calls")];
    await exporter.reload();
    const next = await look(exporter.url, { ...known, since: 1000 });
    expect(next.run).not.toBe(run);
    expect(next.summaryPlots).toEqual(summary);
    expect(next.summary).toEqual([null, [expect.arrayContaining([1])]]);
  });

  it("takes samples from the start where that is asked for", async () => {
    const collector = counting();
    await start({ collectors: [collector], page: { alwaysRecord: true } });
    await expect.poll(() => collector.calls).toBeGreaterThan(1);
  });

  it("tells those who have looked before only what is new", async () => {
    const registry = new Registry();
    new Gauge({ name: "rooms", help: "Rooms.", registers: [registry] }).set(3);
    const url = await start({ registry });
    const plots = [{ family: "rooms", since: 0, matchers: [], most: 5 }];
    const { run, catalog, plots: first } = await look(url, { ...firstQuery, plots });
    expect(first[0]).toMatchObject({ isNew: true, lines: [{ values: [3] }] });
    const query = { ...firstQuery, run, catalog: catalog!.version, since: 2 };
    const again = { ...query, plots: [{ ...plots[0]!, since: 2, shown: first[0]!.shown }] };
    await expect.poll(async () => (await look(url, again)).times.length).toBeGreaterThan(0);
    const answer = await look(url, again);
    expect(answer).toMatchObject({ from: 2, plots: [{ isNew: false, from: 2, lines: [{ values: [3] }] }] });
    expect(answer.catalog).toBe(undefined);
    // After a restart everything is told.
    expect(await look(url, { ...again, run: "another" })).toMatchObject({ from: 1, plots: [{ isNew: true, from: 1 }] });
  });

  it("goes on when every collector fails, and tells", async () => {
    const collector: Collector = {
      name: "broken",
      collect() {
        throw new Error("with a secret");
      },
    };
    const url = await start({ collectors: [collector] });
    expect(await look(url)).toMatchObject({ times: [], problem: "Nothing could be collected; the log says why." });
  });

  it("answers 400 to what the page does not ask, and 503 to the viewer that is one too many", async () => {
    const url = await start();
    for (const wrong of [
      null,
      1,
      {},
      { ...firstQuery, viewer: 1 },
      { ...firstQuery, since: -1 },
      { ...firstQuery, plots: {} },
      { ...firstQuery, plots: [{ family: "x", since: 0, matchers: [], most: 1e6 }] },
      {
        ...firstQuery,
        plots: [{ family: "x", since: 0, matchers: [{ label: "x", isNegated: false, value: 1 }], most: 1 }],
      },
    ]) {
      expect((await ask(url, wrong)).status, JSON.stringify(wrong)).toBe(400);
    }
    const foreign = await fetch(`${url}-/page/data`, { headers: { "sec-fetch-site": "cross-site" } });
    expect(foreign.status).toBe(403);
    for (let i = 0; i < 50; i++) expect((await ask(url, { ...firstQuery, viewer: `v${i}` })).status).toBe(200);
    expect((await ask(url, { ...firstQuery, viewer: "late" })).status).toBe(503);
    expect((await ask(url, { ...firstQuery, viewer: "v0" })).status).toBe(200);
  });

  it("lets the browser load nothing from elsewhere, run no text, and keep what does not change", async () => {
    const url = await start();
    const page = await fetch(url);
    const policy = page.headers.get("content-security-policy")!;
    expect(policy).toContain("default-src 'none'; script-src 'self'; style-src 'self'");
    expect(policy).not.toContain("unsafe");
    const text = await page.text();
    expect(text).not.toMatch(/<style|style=|<script(?![^>]* src=)|https?:/);
    const parts = Array.from(text.matchAll(/(?:src|href)="(\.\/-\/page\/[^"]+)"/g), ([, path]) => new URL(path!, url));
    expect(parts).toHaveLength(3);
    for (const part of parts) {
      const asset = await fetch(part);
      expect(asset.status).toBe(200);
      expect(asset.headers.get("cache-control")).toBe("public, max-age=31536000, immutable");
      expect(asset.headers.get("content-encoding")).toBe("gzip");
      const plain = await fetch(part, { headers: { "accept-encoding": "gzip;q=0" } });
      expect(plain.headers.get("content-encoding")).toBe(null);
      expect(await plain.text()).toBe(await asset.text());
    }
  });

  it("says what it is, without secrets or addresses of its machine's network", async () => {
    const url = await start({ title: "Rooms", shownConfig: "log:\n" });
    const about = (await (await fetch(`${url}-/page/about`)).json()) as WireAbout;
    expect(about).toMatchObject({ title: "Rooms", telemetryPath: "/metrics", configPath: "/config", keptSeconds: 900 });
    expect(about.links).toEqual(["/metrics", "/config", "/-/healthy", "/-/ready"]);
  });
});
