import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { type Child, start } from "./child.ts";
import { hasCommand } from "./debian-package.ts";
import { type NginxServer, startNginx } from "./nginx-server.ts";

const example = fileURLToPath(new URL("../../examples/custom-exporter/dist/nginx-exporter.js", import.meta.url));

describe.skipIf(!hasCommand("nginx", "nginx-light"))(
  "the example of an exporter (needs the Debian package nginx-light)",
  () => {
    let nginx: NginxServer;
    let exporter: Child;
    let metrics: string;

    beforeEach(async () => {
      nginx = await startNginx({
        workers: 0,
        http: "access_log off;",
        server: "location = /stub_status { stub_status; }",
      });
      const page = `http://127.0.0.1:${nginx.port}/stub_status`;
      await vi.waitFor(async () => expect((await fetch(page)).status).toBe(200), 10_000);
      exporter = start("env", [`NGINX_STATUS=${page}`, "LISTEN_ADDRESS=127.0.0.1:0", process.execPath, example]);
      const [, url] = await exporter.line(/ url=(\S+)/);
      metrics = `${url}metrics`;
    });
    afterEach(async () => {
      expect(await exporter.stop("SIGINT")).toBe(0);
      await nginx.stop();
    });

    it("exposes what nginx counts, and says so when nginx is gone", async () => {
      for (let i = 0; i < 10; i++) await (await fetch(`http://127.0.0.1:${nginx.port}/`)).text();
      const text = await (await fetch(metrics)).text();
      // The one to the page itself comes on top, and those that waited for nginx to start.
      expect(Number(/^nginx_http_requests_total (\d+)$/m.exec(text)?.[1])).toBeGreaterThanOrEqual(12);
      await nginx.stop();
      expect((await fetch(metrics)).status).toBe(500);
    });
  },
);
