import { Worker } from "node:worker_threads";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { hashSync } from "bcryptjs";
import { collectDefaultMetrics, Gauge, Histogram, Info, Registry } from "@exporterkit/client";
import type { AxeResults } from "axe-core";
import { type Dashboard, type ExporterOptions, startExporter } from "exporterkit";
import { type Browser, chromium, type Page, type Request } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { hasCommand } from "./debian-package.ts";
import type { WireDashboard } from "../../packages/exporter/src/page/wire.ts";
import { type Child, exporterkit, start } from "./child.ts";
import { freePort } from "./free-port.ts";
import { startPrometheusWith } from "./prometheus-server.ts";

const hasPrometheus = hasCommand("prometheus", "prometheus");
const hasChromium = hasCommand("chromium", "chromium");

describe.skipIf(!hasChromium)("the live page in Chromium (Debian package chromium)", () => {
  let browser: Browser;
  let child: Child;
  let url: string;
  const stops: (() => Promise<unknown>)[] = [];

  beforeAll(async () => {
    browser = await chromium.launch({ executablePath: "/usr/bin/chromium", args: ["--no-sandbox"] });
    child = start(exporterkit, ["--web.listen-address=127.0.0.1:0"]);
    [, url] = (await child.line(/url=(\S+)/)) as unknown as [string, string];
  });
  afterAll(async () => {
    await browser?.close();
    await child?.stop();
  });
  afterEach(async () => {
    for (const stop of stops.splice(0)) await stop();
  });

  /** Opens a page, and takes down what it complains of and which addresses it asks for. */
  async function open(address: string, options: Parameters<Browser["newPage"]>[0] = {}): Promise<OpenPage> {
    const page = await browser.newPage({ viewport: { width: 1280, height: 800 }, ...options });
    stops.push(() => page.close());
    const complaints: string[] = [];
    const requests: Request[] = [];
    page.on("console", (message) => complaints.push(message.text()));
    page.on("pageerror", (error) => complaints.push(error.message));
    page.on("request", (request) => requests.push(request));
    await page.goto(address);
    await page.waitForSelector(".tile canvas, .card canvas");
    return { page, complaints, requests };
  }

  /** What axe finds fault with on a page, whose own policy has to be bypassed for it. */
  async function violations(page: Page): Promise<string[]> {
    await page.evaluate(readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8"));
    const found = (await page.evaluate('axe.run({ resultTypes: ["violations"] })')) as AxeResults;
    return found.violations.map(
      ({ id, impact, nodes }) => `${impact} ${id}: ${nodes.map(({ html }) => html).join(" ")}`,
    );
  }

  interface OpenPage {
    readonly page: Page;
    readonly complaints: readonly string[];
    readonly requests: readonly Request[];
  }

  it("loads from this exporter alone, without a complaint, in less than 120 kB", async () => {
    const { page, complaints, requests } = await open(url);
    await page.waitForSelector(".card .legend li");
    expect(requests.map((request) => request.url()).filter((each) => !each.startsWith(url))).toEqual([]);
    expect(complaints).toEqual([]);
    const sizes = await Promise.all(requests.map((request) => request.sizes()));
    const total = sizes.reduce(
      (sum, { responseBodySize, responseHeadersSize }) => sum + responseBodySize + responseHeadersSize,
      0,
    );
    console.log(`${Math.round(total / 1000)} kB until the first plots`);
    expect(total).toBeLessThan(120_000);
  });

  /** Starts an exporter with metrics of a test, and resolves to its address. */
  async function serve(registry: Registry, options: Partial<ExporterOptions> = {}): Promise<string> {
    const exporter = await startExporter({ collectors: [], registry, listenAddress: "127.0.0.1:0", ...options });
    stops.push(() => exporter.stop());
    return exporter.url;
  }

  it.each([
    { colorScheme: "light", width: 1280, height: 800 },
    { colorScheme: "dark", width: 1280, height: 800 },
    { colorScheme: "light", width: 390, height: 844 },
  ] as const)(
    "is accessible to axe in $colorScheme, $width pixels wide",
    async ({ colorScheme, width, height }) => {
      // axe-core is put into the page by the debugger, and works with markup of its own there.
      const { page } = await open(url, { colorScheme, viewport: { width, height }, bypassCSP: true });
      await page.waitForSelector(".card .foot");
      for (const hash of ["#", "#metric=node_cpu_seconds_total", "#metric=nodejs_gc_duration_seconds", "#status"]) {
        await page.evaluate(`location.hash = ${JSON.stringify(hash)}`);
        if (hash.startsWith("#metric")) await page.waitForSelector("dialog tbody tr");
        expect(await violations(page), hash).toEqual([]);
      }
      expect(await page.evaluate("document.documentElement.scrollWidth <= innerWidth")).toBe(true);
    },
    180_000,
  );

  it("is accessible to axe before any number has come", async () => {
    const page = await browser.newPage({ bypassCSP: true });
    stops.push(() => page.close());
    const asksForPlots = ({ pathname, searchParams }: URL): boolean =>
      pathname.endsWith("/data") && searchParams.get("q")?.includes('"plots":[]') === false;
    await page.route(asksForPlots, () => {
      // It is never answered.
    });
    await page.goto(url);
    await page.waitForSelector(".card .chart");
    expect(await violations(page)).toEqual([]);
    await page.evaluate('location.hash = "#metric=nodejs_gc_duration_seconds"');
    await page.waitForSelector("dialog canvas.heatmap");
    expect(await violations(page)).toEqual([]);
  }, 60_000);

  it.skipIf(!hasPrometheus)(
    "shows the history that Prometheus has, and what it has itself where that is away (Debian package prometheus)",
    async () => {
      const port = await freePort();
      // A scrape that takes too long on a busy machine would end every series.
      const unhurried = { scrape_interval: "2s", scrape_timeout: "2s" };
      const job = { job_name: "exporter", ...unhurried, static_configs: [{ targets: [`127.0.0.1:${port}`] }] };
      const prometheus = await startPrometheusWith([job], "--enable-feature=native-histograms");
      stops.push(() => prometheus.stop());
      const registry = new Registry();
      const registers = [registry];
      collectDefaultMetrics({ register: registry });
      const rooms = new Gauge({ name: "rooms", help: "Rooms.", labelNames: ["floor"], registers });
      for (let floor = 0; floor < 30; floor++) rooms.set({ floor }, floor);
      const waits = new Histogram({ name: "wait_seconds", help: "Waits.", buckets: [1, 2], registers });
      const native = new Histogram({ name: "pause_seconds", help: "Pauses.", native: true, registers });
      const observing = setInterval(() => {
        waits.observe(1.5);
        native.observe(1.5);
      }, 100);
      stops.push(async () => clearInterval(observing));
      const hostile = '<img src=x onerror="document.title=1">';
      const texts = new Gauge({ name: "texts", help: "Texts.", labelNames: ["text"], registers });
      texts.set({ text: hostile }, 1);
      const panels = ["timeseries", "table"].map((type) => ({ type, title: hostile, targets: [{ expr: "texts" }] }));
      const dashboards = (): Dashboard[] => [{ name: "texts", model: { title: hostile, panels } }];
      const options = {
        listenAddress: `127.0.0.1:${port}`,
        page: { prometheus: { url: prometheus.url }, dashboards },
      };
      const address = await serve(registry, options);
      await prometheus.queryUntil("rate(wait_seconds_count[60s]) > 0", (found) => found.length === 1);
      const query99 = "histogram_quantile(0.99, sum(rate(pause_seconds[5m]))) > 1";
      await prometheus.queryUntil(query99, (found) => found.length === 1);
      const { page, complaints } = await open(address);
      await page.check("input[value='3600']");
      const card = page.locator(".card", { hasText: "rooms" }).first();
      await expect.poll(() => card.locator(".foot").textContent()).toBe("gauge · from Prometheus");
      await expect
        .poll(() => card.locator(".legend li").allTextContents())
        .toEqual(["floor=2929", "floor=2828", "floor=2727", "floor=2626"]);
      await page.evaluate('location.hash = "#metric=wait_seconds"');
      await expect.poll(() => page.textContent("dialog tbody tr")).toMatch(/^p991\.99/);
      await expect.poll(() => page.textContent("dialog .foot")).toContain("from Prometheus");
      const link = await page.getAttribute("dialog .query a", "href");
      expect(link).toMatch(`${prometheus.url}/graph?g0.expr=histogram_quantile`);
      // Of native histograms as well; 1.5 lies between bounds of 1.41 and 2.
      await page.evaluate('location.hash = "#metric=pause_seconds"');
      await expect.poll(() => page.textContent("dialog tbody tr")).toMatch(/^p991\.99/);
      await expect.poll(() => page.textContent("dialog .foot")).toContain("from Prometheus");
      expect(await page.textContent("dialog .query")).toContain("sum(rate(pause_seconds[5m]))");
      await page.keyboard.press("2");
      await expect.poll(() => page.textContent("dialog .foot")).not.toContain("from Prometheus");
      await expect.poll(() => page.textContent("dialog tbody tr")).toMatch(/^p991\.99/);
      await page.keyboard.press("4");
      await page.evaluate('location.hash = "#dashboards"');
      await expect.poll(() => page.textContent(".panel-card .legend")).toContain(`text=${hostile}`);
      await expect.poll(() => page.textContent(".panel-card tbody")).toContain(hostile);
      expect(await page.locator("body img").count()).toBe(0);
      await page.evaluate('location.hash = "#metric=wait_seconds"');
      await page.waitForSelector("dialog[open]");
      await prometheus.stop();
      stops.splice(0, 1);
      await page.keyboard.press("Escape");
      await page.check("input[value='21600']");
      await expect.poll(() => card.locator(".foot").textContent()).toBe("Prometheus does not answer.");
      expect(await card.locator(".legend li").count()).toBe(4);
      expect(complaints.filter((text) => !text.includes("502"))).toEqual([]);
      // Nothing else may be asked for through the exporter.
      const past = (query: object): Promise<Response> =>
        fetch(`${address}-/page/past?q=${encodeURIComponent(JSON.stringify(query))}`);
      const query = { family: "up", seconds: 3600, matchers: [], most: 4 };
      expect((await past(query)).status).toBe(400);
      expect((await past({ ...query, family: "rooms", seconds: 1e9 })).status).toBe(400);
    },
  );

  it.skipIf(!hasPrometheus)(
    "draws each panel of a dashboard from Prometheus, of this exporter alone (Debian package prometheus)",
    async () => {
      const port = await freePort();
      // A scrape that takes too long on a busy machine would end every series.
      const unhurried = { scrape_interval: "4s", scrape_timeout: "4s" };
      const targets = [{ targets: [`127.0.0.1:${port}`, new URL(url).host] }];
      const prometheus = await startPrometheusWith([{ job_name: "hosts", ...unhurried, static_configs: targets }]);
      stops.push(() => prometheus.stop());
      const flags = [`--web.listen-address=127.0.0.1:${port}`, `--prometheus.url=${prometheus.url}`];
      const watched = start(exporterkit, flags);
      stops.push(() => watched.stop());
      const [, address] = (await watched.line(/url=(\S+)/)) as unknown as [string, string];
      await prometheus.queryUntil("count_over_time(node_cpu_seconds_total[1m]) > 1", (found) => {
        return new Set(found.map(({ metric }) => metric["instance"])).size === 2;
      });
      // All panels are in view.
      const { page, complaints } = await open(address, { viewport: { width: 1280, height: 6000 } });
      await page.click("text=Dashboards");
      await expect.poll(() => page.locator(".names a").allTextContents()).toEqual(["Host", "Exporters"]);
      await page.click(".names a:has-text('Host')");
      const panels = (await (await fetch(`${address}-/page/dashboards`)).json()) as WireDashboard[];
      const { panels: planned } = panels.find(({ name }) => name === "host")!;
      await expect
        .poll(() => page.locator(".panel-card h4").allTextContents())
        .toEqual(planned.map(({ title }) => title));
      await expect.poll(() => page.locator('.panel-card[aria-busy="true"]').count()).toBe(0);
      const empty = page.locator(".panel-card", { hasText: "Prometheus has nothing of this." }).locator("h4");
      // A machine may have none of it, and disks may have had nothing to do.
      const mayBeEmpty = /^(?:Temperatures|Waiting|Stalled|Connections tracked|Time of an operation)$/;
      expect((await empty.allTextContents()).filter((title) => !mayBeEmpty.test(title))).toEqual([]);
      expect(await page.locator(".panel-card canvas").count()).toBe(planned.length);
      const load = page.locator(".panel-card", { has: page.locator("h4", { hasText: /^Load$/ }) });
      await expect.poll(() => load.locator(".legend .labels").allTextContents()).toContain(`127.0.0.1:${port} 1 min`);
      await page.click(".names a:has-text('Exporters')");
      await expect.poll(() => page.locator("select option").allTextContents()).toContain("loadavg");
      await page.selectOption("select", "loadavg");
      const success = page.locator(".panel-card", { has: page.locator("h4", { hasText: /^Success$/ }) });
      await expect
        .poll(() => success.locator(".legend .labels").allTextContents())
        .toEqual([`127.0.0.1:${port} loadavg`]);
      // Half a minute later there are the same choices; whoever looks through them is not disturbed.
      await page.evaluate(`
        window.option = document.querySelector("select option:last-child");
        const now = performance.now.bind(performance);
        performance.now = () => now() + 31_000;
      `);
      await page.waitForResponse(/-\/page\/choices/);
      await page.waitForResponse(/-\/page\/data/);
      expect(await page.evaluate('[option.isConnected, document.querySelector("select").value]')).toEqual([
        true,
        "loadavg",
      ]);
      // A letter goes to a choice, not to a shortcut.
      await page.focus("select");
      await page.keyboard.press("p");
      expect(await page.getAttribute("button[aria-keyshortcuts='p']", "aria-pressed")).toBe("false");
      expect(complaints).toEqual([]);
      await page.addInitScript(`
        window.drawn = [];
        const { fillText } = CanvasRenderingContext2D.prototype;
        CanvasRenderingContext2D.prototype.fillText = function (text, ...rest) {
          window.drawn.push(text);
          fillText.call(this, text, ...rest);
        };
      `);
      await page.reload();
      await expect
        .poll(() => page.evaluate(String.raw`window.drawn.some((text) => /^\d\d:\d\d/.test(text))`))
        .toBe(true);
      const phone = await open(`${address}#dashboard=host`, {
        colorScheme: "dark",
        viewport: { width: 390, height: 844 },
        bypassCSP: true,
      });
      await phone.page.waitForSelector('.panel-card[aria-busy="false"]');
      expect(await violations(phone.page)).toEqual([]);
      expect(await phone.page.evaluate("document.documentElement.scrollWidth <= innerWidth")).toBe(true);
      // As wide as a page of 1280 pixels is that somebody makes four times as large.
      await phone.page.setViewportSize({ width: 320, height: 640 });
      expect(await phone.page.evaluate("document.documentElement.scrollWidth <= innerWidth")).toBe(true);
      // Nothing else may be asked for through the exporter.
      const panel = (query: object): Promise<Response> =>
        fetch(`${address}-/page/panel?q=${encodeURIComponent(JSON.stringify(query))}`);
      const query = { dashboard: "host", panel: 0, seconds: 300, choices: {} };
      expect((await panel(query)).status).toBe(200);
      for (const wrong of [{ panel: 1e6 }, { dashboard: "none" }, { seconds: 1e9 }, { choices: { instance: 1 } }]) {
        expect((await panel({ ...query, ...wrong })).status, JSON.stringify(wrong)).toBe(400);
      }
    },
  );

  it("shows the metrics where an address names dashboards, and there are none", async () => {
    const { page, requests } = await open(`${url}#dashboards`);
    await page.waitForSelector(".card .legend li");
    expect(await page.locator('nav[aria-label="Views"] a[aria-current="page"]').allTextContents()).toEqual(["Metrics"]);
    expect(requests.map((request) => new URL(request.url()).pathname)).not.toContain("/-/page/dashboards");
  });

  it("says in each panel of a dashboard that Prometheus is away, and has no query to copy that was not asked", async () => {
    const away = `--prometheus.url=http://127.0.0.1:${await freePort()}`;
    const watched = start(exporterkit, ["--web.listen-address=127.0.0.1:0", away]);
    stops.push(() => watched.stop());
    const [, address] = (await watched.line(/url=(\S+)/)) as unknown as [string, string];
    const page = await browser.newPage({ viewport: { width: 1280, height: 800 }, bypassCSP: true });
    stops.push(() => page.close());
    await page.goto(`${address}#dashboard=host`);
    const panel = page.locator(".panel-card.small").first();
    await expect.poll(() => panel.locator(".foot").textContent()).toBe("Prometheus does not answer.");
    const widths =
      '(({ scrollWidth, clientWidth }) => scrollWidth - clientWidth)(document.querySelector(".small .foot"))';
    expect(await page.evaluate(widths)).toBe(0);
    expect(await panel.locator("button").isDisabled()).toBe(true);
    expect(await violations(page)).toEqual([]);
  });

  it("is for those users alone who may see the metrics", async () => {
    const folder = mkdtempSync(join(tmpdir(), "live-page-"));
    stops.push(async () => rmSync(folder, { recursive: true }));
    const webConfigFile = join(folder, "web.yml");
    writeFileSync(webConfigFile, `basic_auth_users:\n  ada: ${hashSync("secret", 4)}\n`);
    const address = await serve(new Registry(), { webConfigFile });
    for (const path of ["", "-/page/about", "-/page/data"]) expect((await fetch(address + path)).status).toBe(401);
    const { page } = await open(address, { httpCredentials: { username: "ada", password: "secret" } });
    await expect.poll(() => page.textContent(".state")).toBe("Live");
  });

  it("shows label values and help texts as they are, whatever they look like", async () => {
    const registry = new Registry();
    const hostile = '<img src=x onerror="document.title=1"><script>document.title=2</script>';
    const gauge = new Gauge({ name: "hostile", help: hostile, labelNames: ["text"], registers: [registry] });
    gauge.set({ text: hostile }, 1);
    gauge.set({ text: "</title><b>\u202e\u0000" }, 2);
    const { page, complaints } = await open(await serve(registry, { title: hostile }));
    await page.click(".card h4 a");
    await page.waitForSelector("dialog tbody tr");
    expect(await page.locator(".card .help").first().textContent()).toBe(hostile);
    expect(await page.locator(".card .legend").first().textContent()).toContain(hostile);
    expect(await page.locator("dialog").textContent()).toContain(JSON.stringify(hostile));
    expect(await page.locator("body img, body script, body b").count()).toBe(0);
    expect(await page.title()).toBe(hostile);
    expect(complaints).toEqual([]);
  });

  it("shows what is next to a point in time that is no date, and to numbers that are too large for an axis", async () => {
    const registry = new Registry();
    const gauge = (name: string, value: number): void =>
      new Gauge({ name, help: "Numbers.", registers: [registry] }).set(value);
    gauge("backup_nanoseconds_timestamp_seconds", 1.8e18);
    gauge("backup_timestamp_seconds", Number.MAX_VALUE);
    gauge("largest", Number.MAX_VALUE);
    gauge("rooms", 3);
    new Info({ name: "version_info", help: "V.", labelNames: ["of"], registers: [registry] }).set({ of: "it" });
    const { page, complaints } = await open(await serve(registry, { exporterMetrics: false }));
    const numbers = page.locator(".card .legend .number");
    const shown = async (): Promise<string[]> => (await numbers.allTextContents()).slice(0, 4);
    await expect.poll(shown).toEqual(["1.8e+18", "1.8e+308", "1.8e+308", "3"]);
    await expect.poll(() => page.locator(".card .foot").allTextContents()).toContain("info · 1 series");
    expect(complaints).toEqual([]);
  });

  it("cuts nothing off where names are long", async () => {
    const registry = new Registry();
    const name = `exporter_${"long_".repeat(50)}total`;
    new Gauge({ name, help: "Long. ".repeat(100), labelNames: ["label"], registers: [registry] }).set({ label: 1 }, 2);
    const { page } = await open(await serve(registry, { exporterMetrics: false }));
    await page.waitForSelector(".card .legend li");
    /** Whether all of an element is within another. */
    const isWithin = (inner: string, outer: string): Promise<unknown> =>
      page.evaluate(`(() => {
        const [inner, outer] = ${JSON.stringify([inner, outer])}.map((of) => document.querySelector(of).getBoundingClientRect());
        return inner.bottom <= outer.bottom && inner.right <= outer.right;
      })()`);
    expect(await isWithin(".card .legend li", ".card .legend")).toBe(true);
    await page.evaluate(`location.hash = "#metric=${name}"`);
    await page.waitForSelector("dialog[open] .query code");
    expect(await isWithin(".query button span", ".query button")).toBe(true);
    expect(await isWithin(".query button", ".query")).toBe(true);
    const close = await page.evaluate('document.querySelector("dialog header button").scrollWidth');
    expect(await page.evaluate('document.querySelector("dialog header button").clientWidth')).toBe(close);
  });

  /** Resolves when the page has been answered so many times more. */
  async function answers(page: Page, count: number): Promise<void> {
    for (let i = 0; i < count; i++) await page.waitForResponse((response) => response.url().includes("/-/page/data?"));
  }

  it("shows no number from after it was paused", async () => {
    const registry = new Registry();
    let collections = 0;
    new Gauge({
      name: "collections",
      help: "Collections.",
      registers: [registry],
      collect() {
        this.set(++collections);
      },
    });
    const summary = [{ title: "Collections", lines: [{ metric: "collections" }] }];
    const { page } = await open(await serve(registry, { page: { summary } }));
    await page.waitForSelector(".card .legend .number");
    const shown = (): Promise<string[]> => page.locator(".tile .large, .card .legend .number").allTextContents();
    await page.keyboard.press("p");
    const paused = await shown();
    expect(paused[0]).toMatch(/^\d+$/);
    await answers(page, 3);
    expect(await shown()).toEqual(paused);
    await page.keyboard.press("p");
    await expect.poll(shown).not.toEqual(paused);
  });

  it("shows a number all the time in each of more plots than are asked for at once", async () => {
    const registry = new Registry();
    for (let i = 0; i < 40; i++) new Gauge({ name: `room_${i}`, help: "Room.", registers: [registry] }).set(i);
    const { page } = await open(await serve(registry), { viewport: { width: 1920, height: 3000 } });
    const numbers = page.locator(".card .legend .number");
    await expect.poll(() => numbers.count()).toBeGreaterThanOrEqual(40);
    await page.evaluate(`
      window.missing = 0;
      new MutationObserver((records) => {
        for (const { addedNodes } of records) for (const { textContent } of addedNodes) if (textContent === "–") window.missing++;
      }).observe(document.querySelector(".families"), { childList: true, subtree: true });
    `);
    await answers(page, 12);
    expect(await page.evaluate("window.missing")).toBe(0);
  });

  it("has its first plot within a second", async () => {
    const page = await browser.newPage();
    stops.push(() => page.close());
    await page.addInitScript(`
      new MutationObserver((_, observer) => {
        if (document.querySelector("canvas") === null) return;
        window.firstPlotAt = performance.now();
        observer.disconnect();
      }).observe(document, { childList: true, subtree: true });
    `);
    // What else a machine does is no fault of the page: the best of several.
    const times: number[] = [];
    for (let i = 0; i < 5; i++) {
      await page.goto(url);
      await page.waitForSelector("canvas");
      times.push(await page.evaluate("window.firstPlotAt"));
    }
    console.log(`first plot after ${times.map(Math.round).join(", ")} ms`);
    expect(Math.min(...times)).toBeLessThan(1000);
  });

  it("can be searched, paused and left by the keyboard alone", async () => {
    const { page } = await open(url);
    const focused = (expression: string): Promise<unknown> => page.evaluate(`document.activeElement.${expression}`);
    await page.keyboard.press("Tab");
    expect(await focused("textContent")).toBe("To the metrics");
    await page.keyboard.press("/");
    expect(await focused("id")).toBe("search");
    await page.keyboard.type("cpu_seconds mode=idle");
    const cards = page.locator(".card:visible");
    await expect.poll(() => cards.count()).toBe(1);
    await expect.poll(() => cards.locator(".legend").textContent()).toMatch(/cpu=0/);
    await expect.poll(() => cards.locator(".foot").textContent()).toMatch(/of \d+ in all$/);
    // From the search to the card: the ranges, pause, the two buttons, the index, the card's name.
    for (let i = 0; i < 12 && !String(await focused("href")).includes("#metric="); i++)
      await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    await page.waitForSelector("dialog[open] tbody tr");
    expect(await page.inputValue("#detail-filter")).toBe("mode=idle");
    expect(await page.textContent(".query code")).toBe('rate(node_cpu_seconds_total{mode="idle"}[5m])');
    await page.keyboard.press("Escape");
    await expect.poll(() => page.locator("dialog").count()).toBe(0);
    await expect.poll(() => focused("href")).toContain("#metric=node_cpu_seconds_total");
    await page.keyboard.press("p");
    await expect.poll(() => page.textContent(".state")).toBe("Paused");
    await page.keyboard.press("p");
    await expect.poll(() => page.textContent(".state")).not.toBe("Paused");
    await page.keyboard.press("1");
    expect(await page.isChecked("input[value='60']")).toBe(true);
    await page.keyboard.press("t");
    expect(await page.getAttribute("html", "data-theme")).toBe("light");
  });

  it("copies the query of what is shown, and what Prometheus needs", async () => {
    const { page } = await open(url);
    const clipboard = (): Promise<string> => page.evaluate("navigator.clipboard.readText()");
    await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
    await page.fill("#search", "node_load1");
    await page.click('button[aria-label="Copy the PromQL of node_load1"]');
    await expect.poll(clipboard).toBe("node_load1");
    await page.click("text=Scrape config");
    await expect.poll(clipboard).toContain(`- targets: ["${new URL(url).host}"]`);
  });

  it("has what was before after it is loaded again", async () => {
    const { page } = await open(url);
    await expect.poll(() => page.locator(".card .legend li").count()).toBeGreaterThan(0);
    // Whoever has just come knows of no run.
    const isFirst = (address: string): boolean => /page\/data(?!.*%22run%22)/.test(address);
    const answered = page.waitForResponse((response) => isFirst(response.url()));
    await page.reload();
    const { times } = (await (await answered).json()) as { times: number[] };
    expect(times.length).toBeGreaterThan(1);
  });

  it("tells when the exporter is away, and goes on when it is back", async () => {
    const registry = new Registry();
    new Gauge({ name: "rooms", help: "Rooms.", registers: [registry] }).set(3);
    const options = { collectors: [], registry, listenAddress: `127.0.0.1:${await freePort()}` };
    const before = await startExporter(options);
    const { page } = await open(before.url);
    await before.stop();
    await expect.poll(() => page.textContent(".state"), { timeout: 30_000 }).toContain("Connection lost");
    const after = await startExporter(options);
    stops.push(() => after.stop());
    await expect.poll(() => page.textContent(".state"), { timeout: 30_000 }).toBe("Live");
  });

  it("has on top what the configuration in use is about, without being loaded again", async () => {
    const folder = mkdtempSync(join(tmpdir(), "live-page-"));
    stops.push(async () => rmSync(folder, { recursive: true }));
    const file = join(folder, "exporterkit.yml");
    const process = "process: { process_names: [{ comm: [node] }] }";
    writeFileSync(file, `modules: { host: {}, ${process} }\n`);
    const exporter = start(exporterkit, [
      `--config.file=${file}`,
      "--web.listen-address=127.0.0.1:0",
      "--web.enable-lifecycle",
    ]);
    stops.push(() => exporter.stop());
    const [, address] = (await exporter.line(/url=(\S+)/)) as unknown as [string, string];
    const { page, complaints } = await open(address);
    const titles = (): Promise<string[]> => page.locator(".tile h2").allTextContents();
    await expect.poll(titles).toContain("Load");
    const before = await titles();
    writeFileSync(file, `modules: { ${process} }\n`);
    expect((await fetch(`${address}-/reload`, { method: "POST" })).status).toBe(200);
    await expect.poll(titles, { timeout: 10_000 }).not.toContain("Load");
    const after = await titles();
    expect(after.length).toBeGreaterThan(0);
    expect(before).toEqual(expect.arrayContaining(after));
    expect(complaints).toEqual([]);
  });

  it("stays fluid with 10,000 series in 1,000 families, of which only those in view have plots", async () => {
    const registry = new Registry();
    for (let family = 0; family < 1000; family++) {
      const gauge = new Gauge({
        name: `g${family % 40}_x_${family}`,
        help: "Many.",
        labelNames: ["i"],
        registers: [registry],
      });
      for (let i = 0; i < 10; i++) gauge.set({ i }, family * i);
    }
    const { page } = await open(await serve(registry));
    await expect.poll(() => page.locator(".card").count()).toBeGreaterThan(1000);
    const frames = (await page.evaluate(`(async () => {
      const gaps = [];
      let last = performance.now();
      for (let i = 0; i < 120; i++) {
        scrollBy(0, 60);
        await new Promise(requestAnimationFrame);
        const now = performance.now();
        gaps.push(now - last);
        last = now;
      }
      return gaps.sort((a, b) => a - b);
    })()`)) as number[];
    console.log(`half of the frames within ${Math.round(frames[60]!)} ms, 95 % within ${Math.round(frames[114]!)} ms`);
    expect(frames[60]).toBeLessThan(100);
    expect(await page.locator("canvas").count()).toBeLessThan(40);
  });

  it("shows the CPU go up when a core is busy", async () => {
    const { page } = await open(url);
    const number = page.locator(".tile", { hasText: "CPU" }).locator(".large");
    const cpu = async (): Promise<number> => Number.parseFloat((await number.textContent()) ?? "");
    const user = page.locator(".card", { hasText: "node_cpu_seconds_total" });
    await expect.poll(cpu).toBeGreaterThan(0);
    await page.fill("#search", "node_cpu_seconds_total mode=user");
    const modes = user.locator(".legend .number");
    const busy = async (): Promise<number> => {
      const texts = await modes.allTextContents();
      return texts.reduce((sum, text) => sum + (Number.parseFloat(text) || 0), 0);
    };
    await expect.poll(() => modes.count()).toBeGreaterThan(0);
    const before = await busy();
    const burning = new Worker("for (;;) {}", { eval: true });
    stops.push(() => burning.terminate());
    await expect.poll(busy, { timeout: 30_000 }).toBeGreaterThan(Math.min(before + 20, 90));
  });
});
