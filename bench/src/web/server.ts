import type { Server } from "node:http";

/** A hello-world application on one framework, by what measures its requests: `bare` is without metrics. */
export type Variants = Readonly<Record<string, () => Promise<Server>>>;

export const hello = "Hello, world\n";

/** What is declared by hand where there is no middleware: what ours declares too. */
export const byHand: { name: string; help: string; labelNames: string[]; buckets: number[] } = {
  name: "http_request_duration_seconds",
  help: "Time to answer HTTP requests.",
  labelNames: ["method", "route", "status"],
  buckets: [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10],
};
