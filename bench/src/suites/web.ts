import { fileURLToPath } from "node:url";
import type { Entry } from "../compare.ts";
import { startProcess } from "../contender-process.ts";
import { load } from "./http.ts";
import type { Comparison } from "./comparison.ts";

const server = fileURLToPath(new URL("../web/main.js", import.meta.url));
const connections = 10;

/** What measures the requests on each framework beside ours. */
const peers = {
  "node:http": "prom-client by hand",
  Express: "express-prom-bundle",
  Fastify: "fastify-metrics",
  Koa: "prom-client by hand",
  Hono: "prom-client by hand",
} as const;

export const bare = "bare";
export const frameworks: readonly string[] = Object.keys(peers);
export const p99 = "99th percentile";
export const scrapedWork = "hello world on node:http beside 100k series";
export const unscraped = "not scraped";
export const scraped = "scraped without a pause";

const figures = { p99: { title: p99, unit: "ns" } } as const;

/** A request to a hello-world server on each framework, without metrics, with ours, and with those of a peer. */
export function webComparisons(): Comparison[] {
  return [
    ...Object.entries(peers).map(([framework, peer]) => ({
      group: "HTTP applications",
      runMilliseconds: 500,
      figures,
      entries: [bare, "exporterkit", peer].map((variant) =>
        entry({ framework, variant, work: helloWork(framework), column: variant, scrapers: 0 }),
      ),
    })),
    {
      group: "HTTP applications while they are scraped",
      runMilliseconds: 500,
      figures,
      entries: [unscraped, scraped].map((column, scrapers) =>
        entry({
          framework: "node:http",
          variant: "exporterkit with 100k series",
          work: scrapedWork,
          column,
          scrapers,
        }),
      ),
    },
  ];
}

export function helloWork(framework: string): string {
  return `hello world on ${framework}, ${connections} connections`;
}

interface WebEntry {
  readonly framework: string;
  readonly variant: string;
  readonly work: string;
  readonly column: string;
  readonly scrapers: number;
}

function entry({ framework, variant, work, column, scrapers }: WebEntry): Entry {
  return {
    work,
    column,
    async start() {
      const running = await startProcess([process.execPath, server, framework, variant]);
      const { port } = await running.ask(1);
      const client = await startProcess([process.execPath, load]);
      return {
        async ask(times) {
          const { bytes: _, ...measured } = await client.ask(`${port} / ${connections} ${times} ${scrapers}`);
          return measured;
        },
        async stop() {
          await client.stop();
          await running.stop();
        },
      };
    },
  };
}
