// A page of one's own over Prometheus's HTTP API: the last hour of two queries, drawn anew at each request.
import { createServer } from "node:http";
import { escapeHtml, plot } from "./plot.ts";
import { queryRange } from "./query-range.ts";

const prometheus = process.env["PROMETHEUS_URL"] ?? "http://localhost:9090";
const queries = {
  "CPU busy": '1 - avg by (instance) (rate(node_cpu_seconds_total{mode="idle"}[1m]))',
  "Memory used": "1 - node_memory_MemAvailable_bytes / node_memory_MemTotal_bytes",
};

async function figureOf(title: string, query: string): Promise<string> {
  const end = Math.floor(Date.now() / 1000);
  const range = { start: end - 3600, end, step: 15 };
  try {
    return `<h2>${title}</h2>\n${plot(await queryRange(prometheus, { query, ...range }), range)}`;
  } catch (error) {
    // The others are drawn nonetheless.
    return `<h2>${title}</h2>\n<p>${escapeHtml(String(error))}</p>`;
  }
}

async function page(): Promise<string> {
  const figures = await Promise.all(Object.entries(queries).map(([title, query]) => figureOf(title, query)));
  return `<!doctype html>\n<title>Host</title>\n${figures.join("\n")}\n`;
}

const server = createServer((_, response) => {
  response.setHeader("Content-Type", "text/html; charset=utf-8");
  void page().then((html) => response.end(html));
});

server.listen(Number(process.env["PORT"] ?? 8080), "localhost", () => console.log(server.address()));
