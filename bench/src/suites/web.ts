import { fileURLToPath } from "node:url";
import type { Entry } from "../compare.ts";
import { startProcess } from "../contender-process.ts";
import { load } from "./http.ts";
import type { Comparison } from "./comparison.ts";

const server = fileURLToPath(new URL("../web/main.js", import.meta.url));
const connections = 10;
const withSeries = "exporterkit with 100k series";

/** What measures the requests on each framework beside ours. */
export const webPeers = {
  "node:http": "prom-client by hand",
  Express: "express-prom-bundle",
  Fastify: "fastify-metrics",
  Koa: "prom-client by hand",
  Hono: "prom-client by hand",
} as const;

export const bare = "bare";
export const p99 = "99th percentile";
export const scrapedWork = "hello world on node:http beside 100k series";
export const unscraped = "not scraped";
export const scraped = "scraped without a pause";
/** The same bytes from one buffer, a piece in a turn of the event loop: what sending them costs. */
export const scrapedBuffer = "a static buffer scraped";

const figures = { p99: { title: p99, unit: "ns" } } as const;

/** A request to a hello-world server on each framework, without metrics, with ours, and with those of a peer. */
export function webComparisons(): Comparison[] {
  return [
    ...Object.entries(webPeers).map(([framework, peer]) => ({
      group: "HTTP applications",
      effort: { runMilliseconds: 500 },
      figures,
      entries: [bare, "exporterkit", ...otherWays(framework), peer].map((variant) =>
        entry({ framework, variant, work: helloWork(framework), column: variant, scrapers: 0 }),
      ),
    })),
    {
      group: "HTTP applications while they are scraped",
      effort: { runMilliseconds: 500 },
      figures,
      entries: [
        { column: unscraped, variant: withSeries, scrapers: 0 },
        { column: scraped, variant: withSeries, scrapers: 1 },
        { column: scrapedBuffer, variant: "exporterkit with a static buffer", scrapers: 1 },
      ].map((one) => entry({ framework: "node:http", work: scrapedWork, ...one })),
    },
  ];
}

/** Ours as well, where there are two ways. */
function otherWays(framework: string): string[] {
  return framework === "Hono" ? ["exporterkit as middleware"] : [];
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
