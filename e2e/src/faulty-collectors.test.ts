import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, expect, it } from "vitest";

const program = fileURLToPath(new URL("workers/faulty-exporter.js", import.meta.url));
let child: ChildProcess;
let url: string;

beforeEach(async () => {
  child = fork(program, { execArgv: ["--expose-gc"], silent: true });
  [{ url }] = (await once(child, "message")) as [{ url: string }];
});
afterEach(() => child.kill("SIGKILL"));

async function scrape(seconds: number, query = ""): Promise<{ text: string; took: number }> {
  const start = performance.now();
  const headers = { "X-Prometheus-Scrape-Timeout-Seconds": String(seconds) };
  const response = await fetch(`${url}metrics${query}`, { headers });
  const text = await response.text();
  expect(response.status).toBe(200);
  return { text, took: (performance.now() - start) / 1000 };
}

/** The bytes that it has in use. */
async function memory(message = "memory"): Promise<number> {
  child.send(message);
  const [{ bytes }] = (await once(child, "message")) as [{ bytes: number }];
  return bytes;
}

function succeeded(text: string): Record<string, string> {
  const lines = text.matchAll(/^exporterkit_collector_success\{collector="(\w+)"\} (\d)$/gm);
  return Object.fromEntries(Array.from(lines, ([, name, value]) => [name!, value!]));
}

it("collectors that hang, throw, make garbage or a million series, or are deaf, lose no others their scrape or the exporter its memory", async () => {
  await scrape(3, "?collect[]=fine");
  const before = await memory();

  // How long it takes here to make a million series, where nobody does anything wrong.
  const alone = await scrape(60, "?collect[]=million");
  const seconds = Math.max(8, Math.ceil(3 * alone.took));
  const { text, took } = await scrape(seconds);
  expect(took).toBeLessThan(seconds);
  expect(text).toContain("\nfine_value 1\n");
  expect(text).toContain('\nmillion{i="999999"} 999999\n');
  expect(text).not.toMatch(/^(garbage|deaf)_/m);
  const fared = { fine: "1", hangs: "0", throws: "0", throws_nothing: "0", garbage: "0", deaf: "0", million: "1" };
  expect(succeeded(text)).toEqual(fared);
  expect(text).toMatch(/^exporterkit_collector_timeouts_total\{collector="hangs"\} 1$/m);
  expect(text).toMatch(/^exporterkit_collector_timeouts_total\{collector="throws"\} 0$/m);

  await memory("few");
  // More often than a collector that hangs may be called at a time.
  for (let i = 0; i < 5; i++) expect(succeeded((await scrape(2)).text)).toEqual(fared);
  expect((await memory()) - before).toBeLessThan(30e6);
}, 180_000);

it("a scrape that is running when the exporter is told to stop is answered whole, and the exit code is 0", async () => {
  const scraped = scrape(3, "?exclude[]=million");
  await fetch(`${url}-/ready`);
  child.kill("SIGTERM");
  const [code] = (await once(child, "exit")) as [number];
  expect((await scraped).text).toContain("\nfine_value 1\n");
  expect(code).toBe(0);
});
