import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { collectDefaultMetrics, Registry } from "@exporterkit/client";
import { httpMetrics } from "@exporterkit/client/http";
import { expect, it } from "vitest";
import { defaultSummary } from "./default-summary.ts";
import { History } from "./history.ts";
import { summaryValues } from "./summary-values.ts";

it("has numbers of what the client library measures of an application", async () => {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const server = createServer(
    httpMetrics(
      (request, response) => {
        response.statusCode = request.url === "/broken" ? 500 : 200;
        response.end();
      },
      { registry },
    ),
  ).listen(0, "127.0.0.1");
  await once(server, "listening");
  const history = new History({ seconds: 900, bytes: 1e6, series: 1000 });
  try {
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    for (const seconds of [1000, 1010]) {
      for (const path of ["/", "/", "/", "/broken"]) await (await fetch(url + path)).arrayBuffer();
      await history.record(await registry.collect(), seconds);
    }
  } finally {
    server.close();
  }
  const values = defaultSummary.map((plot) => [plot.title, summaryValues(history, plot, 2)]);
  expect(Object.fromEntries(values)).toMatchObject({ Requests: [[0.4]], Errors: [[0.25]] });
  for (const [title, lines] of values) {
    expect(lines, String(title)).not.toBe(null);
    for (const line of lines as number[][]) expect(line, String(title)).toEqual([expect.any(Number)]);
  }
});
