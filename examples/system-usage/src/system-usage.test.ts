import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { expect, it, vi } from "vitest";

it("serves the usage of CPU and memory next to the metrics of its process", async () => {
  const program = fileURLToPath(new URL("../dist/system-usage.js", import.meta.url));
  const child = spawn(process.execPath, [program], {
    env: { ...process.env, PORT: "0" },
    stdio: ["ignore", "pipe", "inherit"],
  });
  try {
    const [output] = (await once(child.stdout, "data")) as [Buffer];
    const port = /port: (\d+)/.exec(output.toString())![1];
    const scrape = async (): Promise<string> => (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
    await vi.waitFor(
      async () => {
        const text = await scrape();
        for (const type of ["CPU", "Memory"]) {
          const value = Number(new RegExp(`^system_usage{resource_type="${type}"} (.+)$`, "m").exec(text)?.[1]);
          expect(value).toBeGreaterThanOrEqual(0);
          expect(value).toBeLessThanOrEqual(100);
        }
      },
      { timeout: 15_000, interval: 100 },
    );
    expect(await scrape()).toContain("process_cpu_seconds_total");
  } finally {
    child.kill();
  }
});
