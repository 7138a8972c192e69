import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as passed } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { startExporter } from "exporterkit";
import { type Browser, chromium, type Page } from "playwright-core";
import { exporterkit, start } from "../child.ts";
import { freePort } from "../free-port.ts";
import { startPrometheusWith } from "../prometheus-server.ts";
import { startCluster, startDatabases, startJsonService, startLogs, startShop, type Subject } from "./subjects.ts";

const repository = fileURLToPath(new URL("../../", import.meta.url));
const images = join(repository, "docs/images/dashboards");
const seconds = Number(process.argv[2] ?? 320);
/** How wide a picture is. */
const width = 1200;

const stops: (() => Promise<unknown>)[] = [];
try {
  await takeAll();
} finally {
  for (const stop of stops.toReversed()) await stop();
}

async function takeAll(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "exporterkit-images-"));
  stops.push(async () => rmSync(folder, { recursive: true }));
  const subjects: Subject[] = [];
  async function begin<Kind extends Subject>(started: Kind | Promise<Kind>): Promise<Kind> {
    const subject = await started;
    stops.push(() => subject.stop());
    subjects.push(subject);
    return subject;
  }
  const shop = await begin(startShop());
  const json = await begin(startJsonService());
  const logs = await begin(startLogs(folder));
  const sql = await begin(startDatabases());
  const kubernetes = await begin(startCluster());
  await kubernetes.work(0);

  const ports = { exporterkit: await freePort(), web: await freePort() };
  const jobs = Object.entries(ports).map(([job_name, port]) => {
    const often = { scrape_interval: "10s", scrape_timeout: "10s" };
    return { job_name, ...often, honor_labels: true, static_configs: [{ targets: [`127.0.0.1:${port}`] }] };
  });
  const prometheus = await startPrometheusWith(jobs);
  stops.push(() => prometheus.stop());
  const configs = { json: json.config, logs: logs.config, sql: sql.config, kubernetes: kubernetes.config };
  const file = join(folder, "exporterkit.yml");
  const processes = {
    process_names: [{ name: "{{.Comm}}", comm: ["exporterkit", "node", "prometheus", "mariadbd", "postgres"] }],
  };
  // JSON is YAML.
  writeFileSync(file, JSON.stringify({ modules: { host: {}, process: processes, ...configs } }));
  const exporter = start(exporterkit, [
    `--config.file=${file}`,
    `--web.listen-address=127.0.0.1:${ports.exporterkit}`,
    `--prometheus.url=${prometheus.url}`,
  ]);
  stops.push(() => exporter.stop());
  const [, url] = (await exporter.line(/ url=(\S+)/)) as unknown as [string, string];
  const web = await startExporter({
    title: "Shop",
    collectors: [],
    registry: shop.registry,
    listenAddress: `127.0.0.1:${ports.web}`,
    page: { prometheus: { url: prometheus.url }, dashboards: () => [{ name: "web", model: modelOf("web") }] },
  });
  stops.push(() => web.stop());

  console.log(`Collecting for ${seconds} s…`);
  const started = performance.now();
  const time = (): number => (performance.now() - started) / 1000;
  while (time() < seconds) await Promise.all([...subjects.map((subject) => subject.work(time())), passed(500)]);

  const browser = await chromium.launch({ executablePath: "/usr/bin/chromium", args: ["--no-sandbox"] });
  stops.push(() => browser.close());
  mkdirSync(images, { recursive: true });
  const own = "host process exporter json logs sql sql-mysql sql-postgres kubernetes-pods".split(" ");
  for (const name of own) await take(browser, name, url);
  await take(browser, "web", web.url);
}

function modelOf(name: string): Readonly<Record<string, unknown>> {
  const text = readFileSync(join(repository, `deploy/grafana/dashboards/${name}.json`), "utf8");
  return JSON.parse(text) as Readonly<Record<string, unknown>>;
}

async function take(browser: Browser, name: string, address: string): Promise<void> {
  const page = await browser.newPage({ viewport: { width, height: 800 }, colorScheme: "light" });
  await page.goto(`${address}#dashboard=${name}`);
  await page.waitForSelector(".panel-card");
  // All panels are in view, so that all have their plots.
  const height = Number(await page.evaluate("document.documentElement.scrollHeight"));
  await page.setViewportSize({ width, height });
  await page.locator('.panel-card[aria-busy="true"]').first().waitFor({ state: "detached" });
  await page.waitForTimeout(500);
  const empty = page.locator(".panel-card", { hasText: "Prometheus has nothing of this." }).locator("h4");
  for (const title of await empty.allTextContents()) console.log(`${name}: nothing of ${title}`);
  writeFileSync(join(images, `${name}.webp`), await webp(page));
  console.log(`docs/images/dashboards/${name}.webp, ${width} x ${height}`);
  await page.close();
}

/** A picture of what is in view, as small as WebP makes it. */
async function webp(page: Page): Promise<Buffer> {
  const session = await page.context().newCDPSession(page);
  const { data } = await session.send("Page.captureScreenshot", { format: "webp", quality: 50 });
  return Buffer.from(data, "base64");
}
