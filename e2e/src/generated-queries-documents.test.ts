import { appendFile, mkdtemp, rm, writeFile } from "node:fs/promises";
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { afterAll, beforeAll, describe } from "vitest";
import { type Child, exporterkit, start } from "./child.ts";
import { hasCommand } from "./debian-package.ts";
import { itHasDataFor, tested } from "./generated-queries.ts";
import { type PrometheusServer, startPrometheus } from "./prometheus-server.ts";

describe.skipIf(!hasCommand("prometheus", "prometheus"))(
  "what dashboards and rules ask of documents and logs (needs the Debian package prometheus)",
  () => {
    let folder: string;
    let server: Server;
    let exporter: Child;
    let prometheus: PrometheusServer;
    let writing: Promise<void>;
    const over = new AbortController();

    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), "exporterkit-documents-"));
      server = createServer((_, response) => response.end('{"orders": 3}')).listen(0, "127.0.0.1");
      await once(server, "listening");
      const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
      await writeFile(
        join(folder, "exporterkit.yml"),
        `
modules:
  json:
    modules: { shop: { metrics: [{ name: shop_orders, help: Orders., value: orders }] } }
    targets: [{ module: shop, url: "${url}" }]
  logs:
    sources:
      - name: access
        files: [access.log]
        format: logfmt
        metrics:
          - { name: requests_total, type: counter, help: Requests., labels: { user: user }, max_series: 1 }
`,
      );
      exporter = start(exporterkit, [
        `--config.file=${join(folder, "exporterkit.yml")}`,
        "--web.listen-address=127.0.0.1:0",
      ]);
      const [, address] = await exporter.line(/msg=listening address=(\S+)/);
      prometheus = await startPrometheus([address!]);
      writing = write();
    });
    afterAll(async () => {
      over.abort();
      await writing;
      await prometheus?.stop();
      await exporter?.stop();
      server?.close();
      await rm(folder, { recursive: true });
    });

    /** Writes lines, of a known format and of none, until it is over. */
    async function write(): Promise<void> {
      for (let i = 0; !over.signal.aborted; i++) {
        await appendFile(join(folder, "access.log"), `user=${i % 3}\nnothing\n`);
        await wait(50);
      }
    }

    itHasDataFor(tested.documents, () => prometheus);
  },
);
