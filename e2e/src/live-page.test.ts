import { Worker } from "node:worker_threads";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { Gauge, Registry } from "@exporterkit/client";
import type { AxeResults } from "axe-core";
import { type ExporterOptions, startExporter } from "exporterkit";
import { type Browser, chromium, type Page, type Request } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { hasCommand } from "./debian-package.ts";
import { type Child, exporterkit, start } from "./child.ts";

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
  ] as const)("is accessible to axe in $colorScheme, $width pixels wide", async ({ colorScheme, width, height }) => {
    // axe-core is put into the page by the debugger, and works with markup of its own there.
    const { page } = await open(url, { colorScheme, viewport: { width, height }, bypassCSP: true });
    await page.evaluate(readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8"));
    await page.waitForSelector(".card .legend li");
    for (const hash of ["#", "#metric=node_cpu_seconds_total", "#metric=nodejs_gc_duration_seconds", "#status"]) {
      await page.evaluate(`location.hash = ${JSON.stringify(hash)}`);
      if (hash.startsWith("#metric")) await page.waitForSelector("dialog tbody tr");
      const { violations } = (await page.evaluate("axe.run()")) as AxeResults;
      const found = violations.map(
        ({ id, impact, nodes }) => `${impact} ${id}: ${nodes.map(({ html }) => html).join(" ")}`,
      );
      expect(found, hash).toEqual([]);
    }
    expect(await page.evaluate("document.documentElement.scrollWidth <= innerWidth")).toBe(true);
  });

  it("shows label values and help texts as they are, whatever they look like", async () => {
    const registry = new Registry();
    const hostile = '<img src=x onerror="document.title=1"><script>document.title=2</script>';
    const gauge = new Gauge({ name: "hostile", help: hostile, labelNames: ["text"], registers: [registry] });
    gauge.set({ text: hostile }, 1);
    gauge.set({ text: "</title><b>\u202e\u0000" }, 2);
    const { page, complaints } = await open(await serve(registry, { title: hostile }));
    await page.click(".card h3 a");
    await page.waitForSelector("dialog tbody tr");
    expect(await page.locator(".card .help").first().textContent()).toBe(hostile);
    expect(await page.locator(".card .legend").first().textContent()).toContain(hostile);
    expect(await page.locator("dialog").textContent()).toContain(JSON.stringify(hostile));
    expect(await page.locator("body img, body script, body b").count()).toBe(0);
    expect(await page.title()).toBe(hostile);
    expect(complaints).toEqual([]);
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
