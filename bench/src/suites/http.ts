import { fileURLToPath } from "node:url";
import type { Entry } from "../compare.ts";
import { startContender, startProcess } from "../contender-process.ts";
import { ours } from "../contenders.ts";
import type { Comparison, Contenders } from "./comparison.ts";

const series = 100_000;
export const load: string = fileURLToPath(new URL("../javascript/load.js", import.meta.url));

export const httpWork: string = httpWorkOf(1);
export const fixedColumn = "static buffer";

/** Scrapes over HTTP on the loopback: the server in one process, the load in another. */
export function httpComparisons(contenders: Contenders): Comparison[] {
  return [1, 4].map((connections) => ({
    group: "HTTP",
    effort: { runMilliseconds: 250 },
    entries: [
      ...entryOf(contenders, ours, connections, false),
      ...entryOf(contenders, ours, connections, true),
      ...entryOf(contenders, "prom-client", connections, false),
    ],
  }));
}

function httpWorkOf(connections: number): string {
  const over = connections === 1 ? "one connection" : `${connections} connections`;
  return `a scrape of 100k counters over ${over}, 1 % changed`;
}

function entryOf(contenders: Contenders, name: string, connections: number, fixed: boolean): Entry[] {
  const contender = contenders.get(name);
  if (contender === undefined) return [];
  return [
    {
      work: httpWorkOf(connections),
      column: fixed ? fixedColumn : name,
      async start() {
        const server = await startContender(contender, { kind: "http", series, fixed });
        const { port } = await server.ask(1);
        const client = await startProcess([process.execPath, load]);
        return {
          ask: (times) => client.ask(`${port} /metrics ${connections} ${times}`),
          async stop() {
            await client.stop();
            await server.stop();
          },
        };
      },
    },
  ];
}
