// `npm run images -w e2e`: takes the pictures of the live page in docs/images, of this machine and of an application that
// is made up. Takes two minutes, and Chromium.
import { mkdir } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { Worker } from "node:worker_threads";
import { collectDefaultMetrics, Gauge, Histogram, Registry } from "@exporterkit/client";
import { startExporter } from "exporterkit";
import { hostCollectors } from "exporterkit/host";
import { hostSummary } from "../packages/exporter/dist/modules/host/summary.js";
import { chromium } from "playwright-core";

const folder = fileURLToPath(new URL("../docs/images/", import.meta.url));
const seconds = 120;

const host = await startExporter({
  title: "ExporterKit",
  collectors: hostCollectors(),
  listenAddress: "127.0.0.1:0",
  page: { summary: hostSummary, alwaysRecord: true },
});
const shop = await startExporter({
  title: "Shop",
  collectors: [],
  registry: busyShop(),
  listenAddress: "127.0.0.1:0",
  page: { alwaysRecord: true },
});

// Now and then a core is busy, so that there is something to see.
const burning = setInterval(() => {
  const worker = new Worker("const end = Date.now() + 9000; while (Date.now() < end);", { eval: true });
  worker.unref();
}, 31_000);
console.log(`Collecting for ${seconds} s…`);
await new Promise((resolve) => {
  setTimeout(resolve, seconds * 1000);
});

const browser = await chromium.launch({ executablePath: "/usr/bin/chromium", args: ["--no-sandbox"] });
await mkdir(folder, { recursive: true });
const large = { width: 1280, height: 800 };
await take("page-light.png", host.url, { viewport: large, colorScheme: "light" });
await take("page-dark.png", host.url, { viewport: large, colorScheme: "dark" });
await take("page-histogram.png", `${shop.url}#metric=http_request_duration_seconds`, {
  viewport: large,
  colorScheme: "light",
});
await take("page-phone.png", shop.url, { viewport: { width: 390, height: 844 }, colorScheme: "dark" });
await browser.close();
clearInterval(burning);
await Promise.all([host.stop(), shop.stop()]);

async function take(name, url, options) {
  const page = await browser.newPage({ deviceScaleFactor: 1.5, ...options });
  await page.goto(url);
  await page.waitForSelector(".card .legend li");
  // Rates of all that is in view have come by the next sample.
  await page.waitForTimeout(4000);
  await page.screenshot({ path: folder + name });
  console.log(`docs/images/${name}`);
  await page.close();
}

/** The metrics of an application that has requests to answer and jobs to do. */
function busyShop() {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  const durations = new Histogram({
    name: "http_request_duration_seconds",
    help: "Time from the request to the end of its answer, in seconds.",
    unit: "seconds",
    labelNames: ["method", "route", "status_code"],
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5],
    registers,
  });
  const jobs = new Gauge({ name: "shop_jobs", help: "Jobs that wait.", labelNames: ["queue"], registers });
  const orders = new Gauge({ name: "shop_carts", help: "Carts with something in them.", registers });
  const routes = ["/", "/articles/:id", "/cart", "/search"];
  let time = 0;
  const work = (jobsOf, phase) =>
    Math.max(0, Math.round(jobsOf * (1 + Math.sin(time / 9 + phase)) + 6 * Math.random()));
  setInterval(() => {
    time += 0.1;
    const number = 14 + 8 * Math.sin(time / 14);
    for (let i = 0; i < number; i++) {
      const route = routes[Math.floor(Math.random() ** 2 * routes.length)];
      const isSlow = Math.sin(time / 11) > 0.5 && Math.random() < 0.15;
      const spread = Math.random() + Math.random() + Math.random() - 1.5;
      const value = Math.exp((isSlow ? -1.5 : -4) + 1.6 * spread);
      durations.observe(
        {
          method: Math.random() < 0.8 ? "GET" : "POST",
          route,
          status_code: Math.random() < (isSlow ? 0.1 : 0.01) ? 500 : 200,
        },
        value,
      );
    }
    for (const [phase, queue] of ["mail", "images", "invoices"].entries())
      jobs.set({ queue }, work(20 + 8 * phase, phase));
    orders.set(work(40, 0.5));
  }, 100).unref();
  return registry;
}
