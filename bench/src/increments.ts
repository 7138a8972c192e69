import { Counter, Registry } from "@exporterkit/client";
import * as promClient from "prom-client";
import type { Comparison } from "./compare.ts";

const labelNames = ["method", "route", "status"] as const;
const options = { name: "requests_total", help: "Requests.", labelNames };

/** 800 label sets in an order that no cache foresees. */
const labelSets = shuffle(
  ["GET", "POST", "PUT", "DELETE"].flatMap((method) =>
    Array.from({ length: 40 }, (_, i) => `/route/${i}`).flatMap((route) =>
      ["200", "301", "404", "500", "503"].map((status) => ({ method, route, status })),
    ),
  ),
);

/** Counting: with the labels given at each call, and through a series that was bound before. */
export function incrementComparisons(): Comparison[] {
  const ours = new Counter({ ...options, registers: [new Registry()] });
  const theirs = new promClient.Counter({
    ...options,
    labelNames: [...labelNames],
    registers: [new promClient.Registry()],
  });
  const ourBound = ours.labels(labelSets[0]!);
  const theirBound = theirs.labels(labelSets[0]!);
  return [
    {
      work: "inc with 3 labels, 800 series in random order",
      contenders: [
        {
          name: "exporterkit",
          run(times) {
            for (let i = 0; i < times; i++) ours.inc(labelSets[i % labelSets.length]!);
          },
        },
        {
          name: "prom-client",
          run(times) {
            for (let i = 0; i < times; i++) theirs.inc(labelSets[i % labelSets.length]!);
          },
        },
      ],
    },
    {
      work: "inc of a bound series",
      contenders: [
        {
          name: "exporterkit",
          run(times) {
            for (let i = 0; i < times; i++) ourBound.inc();
          },
        },
        {
          name: "prom-client",
          run(times) {
            for (let i = 0; i < times; i++) theirBound.inc();
          },
        },
      ],
    },
  ];
}

/** Fisher and Yates's shuffle, with the same outcome in every run. */
function shuffle<T>(items: T[]): T[] {
  let seed = 1;
  for (let i = items.length - 1; i > 0; i--) {
    seed = (seed * 48271) % 2147483647;
    const j = seed % (i + 1);
    [items[i], items[j]] = [items[j]!, items[i]!];
  }
  return items;
}
