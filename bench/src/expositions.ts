import { Counter, Registry } from "@exporterkit/client";
import * as promClient from "prom-client";
import type { Comparison } from "./compare.ts";

/** Scrapes in text format 0.0.4 of counters that all changed since the scrape before. */
export function expositionComparisons(): Comparison[] {
  return [1_000, 10_000, 100_000].map((series) => ({
    work: `text exposition of ${series.toLocaleString("en")} counters, all changed`,
    times: 1,
    contenders: [exporterkit(series), promClientContender(series)],
  }));
}

const options = { name: "requests_total", help: "Requests.", labelNames: ["method", "route", "status"] as const };

function labelsOf(i: number): { method: string; route: string; status: string } {
  return { method: i % 2 ? "GET" : "POST", route: `/route/${i >> 3}`, status: String(200 + ((i >> 1) % 4)) };
}

function exporterkit(series: number): Comparison["contenders"][0] {
  const registry = new Registry();
  const counter = new Counter({ ...options, registers: [registry] });
  const bound = Array.from({ length: series }, (_, i) => counter.labels(labelsOf(i)));
  return {
    name: "exporterkit",
    prepare: () => bound.forEach((one, i) => one.inc(i)),
    async run(times) {
      for (let i = 0; i < times; i++) Buffer.from(await registry.metrics());
    },
  };
}

function promClientContender(series: number): Comparison["contenders"][0] {
  const registry = new promClient.Registry();
  const counter = new promClient.Counter({ ...options, labelNames: [...options.labelNames], registers: [registry] });
  const bound = Array.from({ length: series }, (_, i) => counter.labels(labelsOf(i)));
  return {
    name: "prom-client",
    prepare: () => bound.forEach((one, i) => one.inc(i)),
    async run(times) {
      for (let i = 0; i < times; i++) Buffer.from(await registry.metrics());
    },
  };
}
