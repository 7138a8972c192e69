// The process of a JavaScript contender: `main.js <library> <work as JSON>`; see `Answer` for what it says and hears.
import { createInterface } from "node:readline";
import type { Answer, Work } from "../work.ts";
import { measuringBlocks } from "./blocks.ts";
import { clustering } from "./clustering.ts";
import { incrementing, incrementingBound, observing } from "./counting.ts";
import { exposing } from "./exposing.ts";
import type { Library } from "./library.ts";
import { measuringMemory } from "./memory.ts";
import { promClient } from "./prom-client.ts";
import { serving } from "./serving.ts";

type Runner = (times: number) => Answer | Promise<Answer>;

const libraries: Record<string, () => Promise<{ library: Library }>> = {
  exporterkit: () => import("./exporterkit.ts"),
  "prom-client": async () => ({ library: promClient(await import("prom-client")) }),
  // Its declarations are those of prom-client, but for brands.
  "@exporterkit/prom-client": async () => {
    const dropIn: unknown = await import("@exporterkit/prom-client");
    return { library: promClient(dropIn as typeof import("prom-client")) };
  },
  "@prometheus-io/client": () => import("./prometheus-io.ts"),
  OpenTelemetry: () => import("./opentelemetry.ts"),
};

const [name, work] = process.argv.slice(2);
const { library } = await libraries[name!]!();
const run = await runner(library, JSON.parse(work!) as Work);
answer({});
for await (const line of createInterface({ input: process.stdin })) answer(await run(Number(line)));
process.exit();

function runner(of: Library, asked: Work): Runner | Promise<Runner> {
  switch (asked.kind) {
    case "bound-inc":
      return incrementingBound(of);
    case "observe":
    case "native-observe":
      return observing(of, asked.kind === "native-observe");
    case "exposition":
      return exposing(of, asked);
    case "memory":
      return measuringMemory(of, asked);
    case "block":
      return measuringBlocks(of, asked);
    case "http":
      return serving(of, asked);
    case "cluster":
      return clustering(of, asked);
    default:
      return incrementing(of, asked.series);
  }
}

function answer(figures: Answer): void {
  process.stdout.write(`${JSON.stringify(figures)}\n`);
}
