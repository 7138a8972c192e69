import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { Counter, Gauge, Registry } from "@exporterkit/client";
import { afterEach, describe, expect, it, vi } from "vitest";
import { Secret } from "../../config/secret.ts";
import type { WirePast, WirePastQuery } from "../wire.ts";
import { History } from "./history.ts";
import { PrometheusClient, type PrometheusOptions } from "./prometheus-client.ts";
import { PrometheusHistory } from "./prometheus-history.ts";

const servers: Server[] = [];
afterEach(() => {
  vi.restoreAllMocks();
  for (const server of servers.splice(0)) server.close();
});

/** Something in the place of Prometheus, and what it is asked. */
async function prometheus(
  answer: (url: URL, response: ServerResponse) => void = (_url, response) => void response.end(result([])),
): Promise<{ url: string; asked: URL[]; authorization: (string | undefined)[] }> {
  const asked: URL[] = [];
  const authorization: (string | undefined)[] = [];
  const server = createServer((request: IncomingMessage, response) => {
    const url = new URL(request.url!, "http://prometheus");
    asked.push(url);
    authorization.push(request.headers.authorization);
    answer(url, response);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  servers.push(server);
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/below`, asked, authorization };
}

function result(series: readonly object[]): string {
  return JSON.stringify({ status: "success", data: { resultType: "matrix", result: series } });
}

async function read(options: PrometheusOptions, query: Partial<WirePastQuery> = {}): Promise<WirePast> {
  const registry = new Registry();
  new Gauge({ name: "rooms", help: "R.", labelNames: ["floor"], registers: [registry] }).set({ floor: 1 }, 1);
  new Counter({ name: "jobs_total", help: "J.", registers: [registry] });
  const history = new History({ seconds: 900, bytes: 1e6, series: 100 });
  await history.record(await registry.collect(), 1000);
  const family = query.family ?? "rooms";
  const asked = { family, seconds: 3600, matchers: [], most: 2, ...query };
  return new PrometheusHistory(new PrometheusClient(options)).read(history.families.get(family)!, asked, 123.45);
}

const labels = { instance: "me:1" };

describe("the history in Prometheus", () => {
  it("is that of this exporter, which its start time tells from others, and in the order of its lines", async () => {
    const series = (floor: string, value: string): object => ({
      metric: { __name__: "rooms", floor, job: "j", instance: "me:1" },
      values: [[Math.ceil(Date.now() / 5000) * 5, value]],
    });
    const { url, asked } = await prometheus(({ pathname }, response) => {
      const isRange = pathname === "/below/api/v1/query_range";
      response.end(result(isRange ? [series("1", "3"), series("2", "7"), series("3", "NaN")] : [series("1", "1")]));
    });
    const past = await read({ url });
    expect(asked.map(({ searchParams }) => searchParams.get("query"))).toEqual([
      "process_start_time_seconds == 123.45",
      'rooms{job="j", instance="me:1"} and topk(2, max_over_time(rooms{job="j", instance="me:1"}[3600s] @ end()))',
    ]);
    expect(past.lines.map((line) => [line.labels, line.values.findLast((value) => value !== null)])).toEqual([
      [{ floor: "2" }, 7],
      [{ floor: "1" }, 3],
    ]);
    expect(past.times).toHaveLength(241);
  });

  it("is asked for by the labels that Prometheus gives the exporter now", async () => {
    let found: readonly object[] = [{ metric: { job: "j", instance: "me:1" } }];
    const { url, asked } = await prometheus(({ pathname }, response) => {
      response.end(result(pathname.endsWith("query") ? found : []));
    });
    const client = new PrometheusClient({ url });
    const now = vi.spyOn(performance, "now");
    const at = (seconds: number): Promise<unknown> => {
      now.mockReturnValue(seconds * 1000);
      return client.ownLabels(1);
    };
    expect(await at(0)).toEqual({ job: "j", instance: "me:1" });
    found = [{ metric: { job: "j", instance: "me" } }];
    expect(await at(30)).toEqual({ job: "j", instance: "me:1" });
    expect(await at(61)).toEqual({ job: "j", instance: "me" });
    found = [];
    expect(await at(122)).toEqual({ job: "j", instance: "me" });
    expect(asked).toHaveLength(3);
  });

  it("is asked for by queries in which no text of a viewer is more than a text", async () => {
    const { url, asked } = await prometheus();
    const value = '"} or up{x="';
    await read({ url, labels }, { family: "jobs_total", matchers: [{ label: 'a"b', isNegated: false, value }] });
    const selector = String.raw`jobs_total{instance="me:1", "a\"b"="\"} or up{x=\""}`;
    expect(asked[0]!.searchParams.get("query")).toBe(
      `rate(${selector}[120s]) and topk(2, rate(${selector}[3600s] @ end()))`,
    );
  });

  it("is asked for with what Prometheus wants to know, and nowhere else", async () => {
    const elsewhere = await prometheus();
    const { url, authorization } = await prometheus((_url, response) => {
      response.writeHead(302, { location: elsewhere.url }).end();
    });
    const password = new Secret("secret");
    await expect(read({ url, labels, username: "ada", password })).rejects.toThrow("Prometheus does not answer.");
    await expect(read({ url, labels, password })).rejects.toThrow("Prometheus does not answer.");
    expect(authorization).toEqual(["Basic YWRhOnNlY3JldA==", "Bearer secret"]);
    expect(elsewhere.asked).toEqual([]);
  });

  it("is told to be missing in a sentence without secrets", async () => {
    const answering = async (answer: (response: ServerResponse) => void): Promise<PrometheusOptions> => {
      return { url: (await prometheus((_url, response) => answer(response))).url };
    };
    const refusing = await answering((response) => response.writeHead(401).end("secret"));
    await expect(read(refusing)).rejects.toThrow("Prometheus answers with status 401.");
    const ignorant = await answering((response) => response.end(result([])));
    await expect(read(ignorant)).rejects.toThrow("Prometheus does not scrape this exporter.");
    const other = await answering((response) => response.end("<html>"));
    await expect(read(other)).rejects.toThrow("Prometheus does not answer.");
    for (const body of ["null", "[]", '{"data":{}}', '{"data":{"result":{}}}', '{"data":{"result":[1]}}']) {
      const otherJson = await answering((response) => response.end(body));
      await expect(read(otherJson)).rejects.toThrow("What answers at the address of Prometheus is something else.");
    }
    const endless = await answering((response) => response.end(Buffer.alloc(9_000_000, " ")));
    await expect(read(endless)).rejects.toThrow("Prometheus has too much to tell of this: choose by a label.");
  });

  it.each(["", "prometheus:9090", "file:///etc/passwd", "http://ada:secret@prometheus"])(
    "has no address %j, which is told without what stands in it",
    (url) => {
      expect(() => new PrometheusClient({ url })).toThrow(
        expect.objectContaining({
          code: "invalid_argument",
          message:
            "The address of Prometheus is malformed: write it as in http://prometheus:9090, and user and password apart from it.",
        }),
      );
    },
  );
});
