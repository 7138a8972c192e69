import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { expect, it, onTestFinished, vi } from "vitest";

it("serves the metrics of all workers together, and keeps what one that was killed had counted", async () => {
  const program = fileURLToPath(new URL("../dist/cluster.js", import.meta.url));
  const child = spawn(process.execPath, [program], {
    env: { ...process.env, PORT: "0", METRICS_PORT: "0", WORKERS: "2" },
    stdio: ["ignore", "pipe", "inherit"],
  });
  onTestFinished(() => void child.kill("SIGKILL"));
  const found: { page?: string | undefined; metrics?: string } = {};
  for await (const line of createInterface(child.stdout)) {
    found.page ??= /pages on (\S+)/.exec(line)?.[1];
    const port = /port: (\d+)/.exec(line)?.[1];
    if (port !== undefined) found.metrics = `http://127.0.0.1:${port}/metrics`;
    if (found.page !== undefined && found.metrics !== undefined) break;
  }
  const value = async (sample: string): Promise<number> => {
    const line = (await (await fetch(found.metrics!)).text()).split("\n").find((each) => each.startsWith(`${sample} `));
    return Number(line?.slice(sample.length));
  };
  const requests = 'http_requests_total{method="GET"}';
  const get = async (): Promise<number> => {
    const text = await (await fetch(found.page!, { headers: { connection: "close" } })).text();
    return Number(/process (\d+)/.exec(text)![1]);
  };
  const workers = 'exporterkit_workers{state="fresh"}';
  await vi.waitFor(async () => expect(await value(workers)).toBe(2), 10_000);
  for (let i = 0; i < 9; i++) await get();
  const pid = await get();
  expect(await value(requests)).toBe(10);
  await vi.waitFor(async () => expect(await value("http_request_duration_seconds_count")).toBe(10), 10_000);

  process.kill(pid, "SIGKILL");
  await vi.waitFor(async () => expect(await value("exporterkit_workers_gone_total")).toBe(1), 10_000);
  await vi.waitFor(async () => expect(await value(workers)).toBe(2), 10_000);
  expect(await value(requests)).toBe(10);
  await get();
  expect(await value(requests)).toBe(11);

  child.kill("SIGTERM");
  expect(await once(child, "exit")).toEqual([0, null]);
}, 30_000);
