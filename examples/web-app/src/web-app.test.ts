import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";

it.each(["http", "express", "fastify", "koa", "hono", "fetch", "nest"])(
  "says hello on %s, and has its metrics beside it",
  async (name) => {
    const folder = name === "nest" ? "../../nest/dist/nest.js" : `../dist/${name}.js`;
    const child = spawn(process.execPath, [fileURLToPath(new URL(folder, import.meta.url))], {
      env: { ...process.env, PORT: "0" },
      stdio: ["ignore", "pipe", "inherit"],
    });
    try {
      const [output] = (await once(child.stdout, "data")) as [Buffer];
      const url = `http://localhost:${/port: (\d+)/.exec(output.toString())![1]}`;
      expect(await (await fetch(url)).text()).toBe("Hello, world\n");
      expect(await (await fetch(`${url}/users/ann`)).text()).toBe("Hello, ann\n");
      expect((await fetch(`${url}/nothing`)).status).toBe(404);
      const head = await fetch(`${url}/metrics`, { method: "HEAD" });
      expect([head.status, await head.text()]).toEqual([200, ""]);
      const text = await (await fetch(`${url}/metrics`)).text();
      expect(Number(/^last_response_seconds (.+)$/m.exec(text)![1])).toBeLessThan(5);
      expect(Number(/^uptime_seconds_total (.+)$/m.exec(text)![1])).toBeGreaterThan(0);
      for (const labels of [
        'route="/",status="200"',
        'route="/users/:name",status="200"',
        'route="unmatched",status="404"',
      ]) {
        expect(text).toContain(`\nhttp_request_duration_seconds_count{method="GET",${labels}} 1\n`);
      }
      expect(text).toContain("\nprocess_cpu_seconds_total ");
    } finally {
      child.kill();
      await once(child, "exit");
    }
  },
);
