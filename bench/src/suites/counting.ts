import { type Comparison, type Contenders, entriesOf, everyone } from "./comparison.ts";

export const countingWorks = {
  inc: "inc with 3 labels, 800 series in random order",
  bound: "inc of a bound series",
  observe: "observe of a bound classic histogram, 11 buckets",
  native: "observe of a bound native histogram",
};

/** Counting and observing. */
export function countingComparisons(contenders: Contenders): Comparison[] {
  const group = "Counting";
  const works = [
    { title: countingWorks.inc, work: { kind: "inc", series: 800 }, names: everyone },
    {
      title: "inc with 3 labels, 100k series in random order",
      work: { kind: "inc", series: 100_000 },
      names: everyone,
    },
    {
      title: "inc with 3 labels, 800 series (Go: With and a map)",
      work: { kind: "inc-map", series: 800 },
      names: ["exporterkit", "client_golang"],
    },
    { title: countingWorks.bound, work: { kind: "bound-inc" }, names: everyone },
    {
      title: countingWorks.observe,
      work: { kind: "observe" },
      names: everyone.filter((name) => name !== "VictoriaMetrics"),
    },
    {
      title: countingWorks.native,
      work: { kind: "native-observe" },
      names: ["exporterkit", "client_golang", "VictoriaMetrics"],
    },
  ] as const;
  return works.map(({ title, work, names }) => ({
    group,
    processes: 5,
    entries: entriesOf(contenders, names, title, work),
  }));
}
