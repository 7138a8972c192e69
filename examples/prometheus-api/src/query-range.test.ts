import { once } from "node:events";
import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { afterEach, expect, it } from "vitest";
import { plot } from "./plot.ts";
import { queryRange } from "./query-range.ts";

let server: Server | undefined;
afterEach(() => {
  server?.closeAllConnections();
  server?.close();
});

async function serve(answer: RequestListener): Promise<string> {
  server = createServer(answer).listen(0, "127.0.0.1");
  await once(server, "listening");
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const asked = { query: "up", start: 0, end: 30, step: 15 };

it("asks for a range, and reads series", async () => {
  const asks: string[] = [];
  const values = [
    [0, "1"],
    [15, "NaN"],
    [30, "+Inf"],
  ];
  const data = { resultType: "matrix", result: [{ metric: { job: "a" }, values }] };
  const answer: RequestListener = async (request, response) => {
    asks.push(`${request.method} ${request.url} ${await text(request)}`);
    response.setHeader("Content-Type", "application/json").end(JSON.stringify({ status: "success", data }));
  };
  const url = await serve(answer);
  expect(await queryRange(`${url}/prom`, asked)).toEqual([
    {
      labels: { job: "a" },
      points: [
        [0, 1],
        [15, NaN],
        [30, Infinity],
      ],
    },
  ]);
  expect(asks).toEqual(["POST /prom/api/v1/query_range query=up&start=0&end=30&step=15"]);
});

it("says what Prometheus says is wrong, and what is no Prometheus", async () => {
  const url = await serve((_, response) => {
    response.writeHead(400, { "Content-Type": "application/json" });
    response.end(JSON.stringify({ status: "error", errorType: "bad_data", error: "unexpected end of input" }));
  });
  await expect(queryRange(url, asked)).rejects.toThrow("Prometheus cannot answer up: unexpected end of input");
  server!.close();
  const other = await serve((_, response) => response.end("hello"));
  await expect(queryRange(other, asked)).rejects.toThrow("answers 200, and no JSON: is it Prometheus?");
  server!.close();
  const slow = await serve(() => {});
  await expect(queryRange(slow, asked, 0.05)).rejects.toThrow("timeout");
});

it("draws lines, with a gap where points are missing, and labels that hold anything", () => {
  const points = [
    [0, 0],
    [15, 1],
    [60, 2],
    [75, NaN],
  ] as const;
  const svg = plot([{ labels: { job: "<a>" }, points }], { start: 0, end: 60, step: 15 });
  expect(svg).toContain('d="M0.0,200.0L160.0,100.0M640.0,0.0"');
  expect(svg).toContain("job=&#60;a&#62;");
  expect(svg).toContain("from 0 to 2");
});

it("draws nothing of nothing", () => {
  expect(plot([], { start: 0, end: 60, step: 15 })).toContain("from 0 to 1");
});
