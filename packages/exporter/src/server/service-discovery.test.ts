import { request } from "node:http";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import type { IncomingMessage } from "node:http";
import { afterEach, expect, it } from "vitest";
import { defineProbe } from "../probe/probe.ts";
import { type Exporter, startExporter } from "./exporter.ts";

let exporter: Exporter | undefined;
afterEach(async () => {
  await exporter?.stop();
  exporter = undefined;
});

const probes = [
  defineProbe({ name: "sql", targets: { names: ["orders", 'a "b"'] }, probe: () => {} }),
  defineProbe({ name: "http", targets: { allow: ["example.com"] }, probe: () => {} }),
];

async function ask(host: string | undefined): Promise<{ status: number; type: string; body: string }> {
  const sent = request(`${exporter!.url}sd`, {
    setHost: false,
    ...(host !== undefined && { headers: { host } }),
  }).end();
  const [response] = (await once(sent, "response")) as [IncomingMessage];
  return { status: response.statusCode!, type: response.headers["content-type"]!, body: await text(response) };
}

it("tells of the exporter at the address that was asked for, and of targets that have names", async () => {
  exporter = await startExporter({
    collectors: [],
    listenAddress: "127.0.0.1:0",
    telemetryPath: "/own",
    probe: { probes },
  });
  const { status, type, body } = await ask("exporter.example:9999");
  expect([status, type]).toEqual([200, "application/json; charset=utf-8"]);
  const probed = (target: string): object => ({
    targets: ["exporter.example:9999"],
    labels: {
      __metrics_path__: "/probe",
      __param_module: "sql",
      __param_target: target,
      instance: target,
      module: "sql",
    },
  });
  expect(JSON.parse(body)).toEqual([
    { targets: ["exporter.example:9999"], labels: { __metrics_path__: "/own" } },
    probed("orders"),
    probed('a "b"'),
  ]);
});

it("tells of the targets that a reload has brought", async () => {
  const next = [defineProbe({ name: "sql", targets: { names: ["customers"] }, probe: () => {} })];
  exporter = await startExporter({
    collectors: [],
    listenAddress: "127.0.0.1:0",
    probe: { probes },
    reload: () => Promise.resolve({ collectors: [], probe: { probes: next } }),
  });
  await exporter.reload();
  const groups = JSON.parse((await ask("[::1]:9999")).body) as { targets: string[]; labels: Record<string, string> }[];
  expect(groups.map(({ targets, labels }) => [targets[0], labels["instance"]])).toEqual([
    ["[::1]:9999", undefined],
    ["[::1]:9999", "customers"],
  ]);
});

it.each([undefined, "", "a/b", "a b", "a:123456", "<script>", "user@host"])(
  "refuses %j as an address",
  async (host) => {
    exporter = await startExporter({ collectors: [], listenAddress: "127.0.0.1:0" });
    const { status, body } = await ask(host);
    expect(status).toBe(400);
    expect(body).not.toContain("script");
  },
);
