import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { request } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { hashSync } from "bcryptjs";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { makePair, type Pair } from "./certificates.ts";
import { type Child, exporterkit, start } from "./child.ts";
import { curl } from "./curl.ts";
import { hasCommand } from "./debian-package.ts";
import { type PrometheusServer, type QueryResult, startPrometheusWith } from "./prometheus-server.ts";

const hasPrometheus = hasCommand("prometheus", "prometheus");
const hasCurl = hasCommand("curl", "curl");

let folder: string;
let authority: Pair;
let exporter: Child | undefined;
let prometheus: PrometheusServer | undefined;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "exporterkit-tls-"));
  authority = await makePair("authority");
  await writePair("ca", authority);
  await writePair("server", await makePair("localhost", authority));
  await writePair("client", await makePair("prometheus", authority));
  await writePair("foreigner", await makePair("prometheus", await makePair("other authority")));
});
afterEach(async () => {
  await prometheus?.stop();
  await exporter?.stop();
  prometheus = exporter = undefined;
});
afterAll(() => rm(folder, { recursive: true }));

function path(name: string): string {
  return join(folder, name);
}

async function writePair(name: string, { key, cert }: Pair): Promise<void> {
  await writeFile(path(`${name}.pem`), cert);
  await writeFile(path(`${name}.key`), key);
}

/** Starts the exporter by a web configuration whose certificate is there already, and resolves to `host:port`. */
async function startExporter(tls: object = {}, others: object = {}): Promise<string> {
  const config = { tls_server_config: { cert_file: "server.pem", key_file: "server.key", ...tls }, ...others };
  await writeFile(path("web.yml"), JSON.stringify(config));
  exporter = start(exporterkit, [`--web.config.file=${path("web.yml")}`, "--web.listen-address=127.0.0.1:0"]);
  const [, address] = await exporter.line(/msg=listening address=(\S+) url=https:/);
  return address!;
}

/** Starts Prometheus with a job for each part of a scrape configuration, and the name that its key gives it. */
async function scrape(address: string, jobs: Readonly<Record<string, object>>): Promise<PrometheusServer> {
  prometheus = await startPrometheusWith(
    Object.entries(jobs).map(([name, job]) => ({
      job_name: name,
      scheme: "https",
      static_configs: [{ targets: [address] }],
      // Handshakes take their time where much else is going on.
      scrape_interval: "2s",
      scrape_timeout: "2s",
      ...job,
    })),
  );
  return prometheus;
}

/**
 * Whether each job has ever found the exporter up, once all of them have looked and those have that should. Who may come in
 * may be late once on a busy machine; who may not never does.
 */
async function up(server: PrometheusServer, expected: Readonly<Record<string, number>>): Promise<object> {
  const jobs = Object.values(expected);
  const isOver = (found: readonly QueryResult[]): boolean =>
    found.length === jobs.length &&
    found.filter(({ value }) => value === 1).length >= jobs.filter((value) => value === 1).length;
  const results = await server.queryUntil("max_over_time(up[5m])", isOver);
  return Object.fromEntries(results.map(({ metric, value }) => [metric["job"]!, value]));
}

const mutual = { client_auth_type: "RequireAndVerifyClientCert", client_ca_file: "ca.pem" };
const users = { basic_auth_users: { prometheus: hashSync("correct horse", 10) } };

function withClient(name: string): string[] {
  return ["--cert", path(`${name}.pem`), "--key", path(`${name}.key`)];
}

describe.skipIf(!hasCurl)("curl (needs the Debian package curl)", () => {
  it("trusts the certificate, and asks by HTTP/2 or HTTP/1.1", async () => {
    const address = await startExporter();
    const ca = ["--cacert", path("ca.pem")];
    expect(await curl(...ca, `https://${address}/-/healthy`)).toMatchObject({ status: 200, httpVersion: "2" });
    const http1 = await curl(...ca, "--http1.1", `https://${address}/metrics`);
    expect(http1).toMatchObject({ status: 200, httpVersion: "1.1" });
    expect(http1.body).toContain("node_load1 ");
    expect(await curl(...ca, "--tls-max", "1.1", `https://${address}/`)).toMatchObject({ status: 0 });
    expect(await curl(`http://${address}/`)).toMatchObject({ status: 0 });
    // curl's code for a certificate that it does not trust.
    expect(await curl(`https://${address}/`)).toMatchObject({ exitCode: 60 });
  });

  it("gets in with a certificate of the authority, and with no other", async () => {
    const url = `https://${await startExporter(mutual)}/metrics`;
    const ca = ["--cacert", path("ca.pem")];
    expect(await curl(...ca, ...withClient("client"), url)).toMatchObject({ status: 200 });
    expect(await curl(...ca, ...withClient("foreigner"), url)).toMatchObject({ status: 0 });
    expect(await curl(...ca, url)).toMatchObject({ status: 0 });
  });

  it("gets in with name and password, and not without", async () => {
    const url = `https://${await startExporter({}, users)}/metrics`;
    const ca = ["--cacert", path("ca.pem")];
    expect(await curl(...ca, "--user", "prometheus:correct horse", url)).toMatchObject({ status: 200 });
    for (const wrong of ["prometheus:wrong", "nobody:correct horse", ":"]) {
      expect(await curl(...ca, "--user", wrong, url)).toMatchObject({
        status: 401,
        body: expect.not.stringContaining("node_"),
      });
    }
    expect(await curl(...ca, url)).toMatchObject({ status: 401 });
  });
});

describe.skipIf(!hasPrometheus)("a real Prometheus (needs the Debian package prometheus)", () => {
  it("scrapes by TLS where it trusts the certificate", async () => {
    const address = await startExporter();
    const server = await scrape(address, {
      trusting: { tls_config: { ca_file: path("ca.pem") } },
      http1: { tls_config: { ca_file: path("ca.pem") }, enable_http2: false },
      distrusting: {},
      plain: { scheme: "http" },
    });
    const expected = { trusting: 1, http1: 1, distrusting: 0, plain: 0 };
    expect(await up(server, expected)).toEqual(expected);
  });

  it("scrapes by mutual TLS with a certificate of the authority", async () => {
    const address = await startExporter(mutual);
    const ca = { ca_file: path("ca.pem") };
    const server = await scrape(address, {
      client: { tls_config: { ...ca, cert_file: path("client.pem"), key_file: path("client.key") } },
      foreigner: { tls_config: { ...ca, cert_file: path("foreigner.pem"), key_file: path("foreigner.key") } },
      stranger: { tls_config: ca },
    });
    const expected = { client: 1, foreigner: 0, stranger: 0 };
    expect(await up(server, expected)).toEqual(expected);
  });

  it("scrapes with name and password", async () => {
    const address = await startExporter({}, users);
    const tls = { tls_config: { ca_file: path("ca.pem") } };
    const server = await scrape(address, {
      user: { ...tls, basic_auth: { username: "prometheus", password: "correct horse" } },
      guesser: { ...tls, basic_auth: { username: "prometheus", password: "guess" } },
      stranger: tls,
    });
    const found = await server.queryUntil("up", (results) => results.some(({ value }) => value === 1));
    expect(found.filter(({ value }) => value === 1).map(({ metric }) => metric["job"])).toEqual(["user"]);
    await server.queryUntil("count_over_time(up[1m]) >= 2", (results) => results.length === 3);
    const expected = { user: 1, guesser: 0, stranger: 0 };
    expect(await up(server, expected)).toEqual(expected);
  });

  it("loses no scrape, nor does anybody else, while the certificate is exchanged again and again", async () => {
    const address = await startExporter();
    const server = await scrape(address, { rotation: { tls_config: { ca_file: path("ca.pem") } } });
    await server.queryUntil("up", (results) => results[0]?.value === 1);

    const [host, port] = address.split(":");
    const seen = new Set<string>();
    const failures: unknown[] = [];
    const done = new AbortController();
    /** One scrape on a connection of its own, which notes the certificate that it was shown. */
    const ask = (): Promise<void> =>
      new Promise((resolve) => {
        const asked = request({ host, port, path: "/metrics", ca: authority.cert, agent: false }, (response) => {
          seen.add(
            (response.socket as unknown as { getPeerCertificate(): { serialNumber: string } }).getPeerCertificate()
              .serialNumber,
          );
          if (response.statusCode !== 200) failures.push(response.statusCode);
          response.resume().on("close", resolve);
        });
        asked.on("error", (error) => {
          failures.push(error);
          resolve();
        });
        asked.end();
      });
    const load = Array.from({ length: 4 }, async () => {
      while (!done.signal.aborted) await ask();
    });
    await expect.poll(() => seen.size).toBe(1);
    for (let rotation = 1; rotation <= 4; rotation++) {
      const before = seen.size;
      // The certificate goes first, so that for a moment the two do not belong together.
      const { key, cert } = await makePair("localhost", authority);
      await writeFile(path("server.pem"), cert);
      await writeFile(path("server.key"), key);
      await expect.poll(() => seen.size, { timeout: 20_000 }).toBeGreaterThan(before);
    }
    done.abort();
    await Promise.all(load);
    expect(failures).toEqual([]);
    expect(seen.size).toBe(5);
    const [least] = await server.query("min_over_time(up[1m])");
    expect(least?.value).toBe(1);
  });
});
