import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { expect, it, vi } from "vitest";

it("serves what its threads count together, also when they have ended and others have come", async () => {
  const program = fileURLToPath(new URL("../dist/worker-threads.js", import.meta.url));
  const child = spawn(process.execPath, [program], {
    env: { ...process.env, PORT: "0" },
    stdio: ["ignore", "pipe", "inherit"],
  });
  try {
    const [output] = (await once(child.stdout, "data")) as [Buffer];
    const port = /port: (\d+)/.exec(output.toString())![1];
    let last = 0;
    await vi.waitFor(
      async () => {
        const text = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
        const valueOf = (name: string): number => Number(new RegExp(`^${name} (.+)$`, "m").exec(text)?.[1]);
        const count = valueOf("hash_duration_seconds_count");
        expect(count).toBeGreaterThanOrEqual(last);
        last = count;
        expect(valueOf("exporterkit_threads_ended_total")).toBeGreaterThanOrEqual(4);
        expect(count).toBeGreaterThanOrEqual(400);
        expect(valueOf('hashes_total{cost="1024"}')).toBeGreaterThanOrEqual(100);
        expect(text).toContain("process_cpu_seconds_total");
      },
      { timeout: 20_000, interval: 50 },
    );
  } finally {
    child.kill();
  }
}, 30_000);
