import { once } from "node:events";
import { mkdtemp, open, readFile, rm, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Registry } from "@exporterkit/client";
import { httpMetrics, setRoute } from "@exporterkit/client/http";
import { type Dashboard, defineProbe, type Exporter, startExporter } from "exporterkit";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { askedQueries } from "../../packages/exporter/src/dashboard/fixtures/asked-queries.ts";
import { type Child, exporterkit, start } from "./child.ts";
import { hasCommand } from "./debian-package.ts";
import { type Excuses, generated, itHasDataFor, tested, withoutData } from "./generated-queries.ts";
import { type PrometheusServer, startPrometheus } from "./prometheus-server.ts";

/** Queries that may have no data here, and why. */
const mayLackData: Excuses = [
  [/node_hwmon_/, "virtual machines have no sensors"],
  [/node_pressure_/, "a kernel may be built without pressure stall information"],
  [/node_nf_conntrack_/, "the kernel's module may not be loaded"],
  [/node_disk_(?:read|write)_time_seconds_total.* > 0/, "nothing may be read or written past the cache meanwhile"],
  [/memtype="proportionalResident"/, "smaps_rollup of other users' processes takes root"],
];

/** An application that fails now and then, and tells the sizes of its bodies. */
async function startFailingApp(): Promise<Server> {
  const listener = httpMetrics(
    (request, response) => {
      setRoute(request, "/orders");
      response.writeHead(request.url === "/fails" ? 500 : 200).end("done");
    },
    { registry: new Registry(), requestSize: true, responseSize: true },
  );
  const server = createServer(listener).listen(0, "127.0.0.1");
  await once(server, "listening");
  return server;
}

it("there is a test of each dashboard and each set of rules", () => {
  const names = Object.values(tested).flat().toSorted();
  expect(generated.dashboards.map(({ name }) => name).toSorted()).toEqual(names);
  expect(generated.rules.map(({ name }) => name).toSorted()).toEqual(names);
});

const hall = defineProbe({ name: "hall", targets: { names: ["north"] }, probe: () => {} });

describe.skipIf(!hasCommand("prometheus", "prometheus"))(
  "what dashboards and rules ask (needs the Debian package prometheus)",
  () => {
    let folder: string;
    let programs: Child[];
    let failing: Server;
    let probing: Exporter;
    let prometheus: PrometheusServer;
    let load: Promise<void>;
    let targets: Map<string, string>;
    const over = new AbortController();

    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), "exporterkit-queries-"));
      await writeFile(join(folder, "config.yml"), "modules: { host: {}, process: {} }\n");
      const exporter = start(exporterkit, [
        `--config.file=${join(folder, "config.yml")}`,
        "--web.listen-address=127.0.0.1:0",
      ]);
      const app = start("env", [
        "PORT=0",
        process.execPath,
        fileURLToPath(new URL("../../examples/web-app/dist/express.js", import.meta.url)),
      ]);
      programs = [exporter, app];
      failing = await startFailingApp();
      probing = await startExporter({ collectors: [], listenAddress: "127.0.0.1:0", probe: { probes: [hall] } });
      const [, address] = await exporter.line(/msg=listening address=(\S+)/);
      const [, port] = await app.line(/port: (\d+)/);
      const apps = [`localhost:${port}`, `127.0.0.1:${(failing.address() as AddressInfo).port}`];
      const jobs = [
        { job_name: "exporterkit", static_configs: [{ targets: [address] }] },
        { job_name: "web", static_configs: [{ targets: apps }] },
        { job_name: "exporterkit-hall", http_sd_configs: [{ url: `${probing.url}sd` }] },
      ];
      targets = new Map([
        ["the exporter", `http://${address}/metrics`],
        ["a web application", `http://${apps[0]}/metrics`],
        ["one with sizes", `http://${apps[1]}/metrics`],
      ]);
      prometheus = await startPrometheus(`scrape_configs: ${JSON.stringify(jobs)}`);
      load = keepBusy(apps.map((each) => `http://${each}`));
    });
    afterAll(async () => {
      over.abort();
      await load;
      await prometheus?.stop();
      await probing?.stop();
      failing?.close();
      for (const program of programs ?? []) await program.stop();
      await rm(folder, { recursive: true });
    });

    /** Sends requests, and writes to the disk, until it is over. */
    async function keepBusy([app, failingApp]: string[]): Promise<void> {
      for (let i = 0; !over.signal.aborted; i++) {
        const urls = [app!, `${app}/users/ann`, `${app}/none`, failingApp!, `${failingApp}/fails`];
        const body = { method: "POST", body: "x".repeat(1000) };
        const answers = urls.map((url) => fetch(url, url.startsWith(failingApp!) ? body : {}));
        for (const answer of answers) await (await answer).arrayBuffer();
        const file = await open(join(folder, `file-${i % 10}`), "w");
        await file.write(Buffer.alloc(100_000));
        await file.sync();
        await file.close();
      }
    }

    itHasDataFor(tested.host, () => prometheus, mayLackData);

    it.each(["the exporter", "a web application", "one with sizes"])(
      "a dashboard of what %s exposes has data in each panel",
      async (target) => {
        const url = targets.get(target)!;
        const made = start(exporterkit, ["dashboard", `--from=${url}`, `--folder=${folder}`]);
        const [, file] = await made.line(/^(.*\.json)$/);
        await made.stop();
        const model = JSON.parse(await readFile(file!, "utf8")) as Dashboard["model"];
        expect(await withoutData(prometheus, askedQueries({ name: "made", model }), mayLackData)).toEqual([]);
      },
    );
  },
);
