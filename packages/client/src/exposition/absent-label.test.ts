import { expect, it } from "vitest";
import type { Family } from "../family.ts";
import { FrameReader, FrameSplitter, FrameWriter } from "../cluster/frames.ts";
import { parse } from "../parse/index.ts";
import { Registry } from "../registry.ts";
import { absentLabel } from "../series/absent-label.ts";
import { SeriesTable } from "../series/series-table.ts";
import { Sheet } from "../worker-threads/sheet.ts";

function familyOf(table: SeriesTable): Family {
  return {
    name: "g",
    help: "G.",
    type: "gauge",
    series: table,
    samples: [{ kind: "value" }],
    read: (slot, values) => (values[0] = table.values[slot]!),
  };
}

/** The labels of each line, which have simple values. */
function labelsOf(text: string): Record<string, string>[] {
  return text
    .split("\n")
    .filter((line) => line.startsWith("g"))
    .map((line) => Object.fromEntries(Array.from(line.matchAll(/(\w+)="(\w+)"/g), ([, name, value]) => [name, value])));
}

const formats = [
  "text/plain;version=0.0.4",
  "application/openmetrics-text;version=1.0.0",
  "application/openmetrics-text;version=2.0.0",
  "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited",
];

it.each(formats)(
  "a label that a series lacks is in no line of %s, and a default label takes its place",
  async (accept) => {
    const table = new SeriesTable("g", ["a", "b", "c"], 1);
    const registry = new Registry();
    registry.registerMetric({ name: "g", family: familyOf(table), reset: () => table.clear() });
    registry.setDefaultLabels({ b: "default" });
    const labels = async (): Promise<unknown> => {
      const { body, contentType } = await registry.expose({ accept });
      if (contentType.includes("version=2")) return labelsOf(new TextDecoder().decode(body));
      return parse(body, contentType).flatMap(({ samples }) => samples.map((sample) => ({ ...sample.labels })));
    };
    table.set(table.slotOfValues(["x", absentLabel, absentLabel]), 1);
    table.set(table.slotOfValues([absentLabel, "y", "z"]), 2);
    table.set(table.slotOfValues([absentLabel, absentLabel, absentLabel]), 3);
    expect(await labels()).toEqual([{ a: "x", b: "default" }, { b: "y", c: "z" }, { b: "default" }]);
    table.remove([absentLabel, "y", "z"]);
    table.set(table.slotOfValues(["p", "q", "r"]), 4);
    expect(await labels()).toEqual([{ a: "x", b: "default" }, { a: "p", b: "q", c: "r" }, { b: "default" }]);
  },
);

it("a series without any label is its name alone", async () => {
  const table = new SeriesTable("g", ["a"], 1);
  const registry = new Registry();
  registry.registerMetric({ name: "g", family: familyOf(table), reset: () => table.clear() });
  table.set(table.slotOfValues([absentLabel]), 1);
  table.set(table.slotOfValues([""]), 2);
  expect(await registry.metrics()).toBe('# HELP g G.\n# TYPE g gauge\ng 1\ng{a=""} 2\n');
});

it("goes between processes and between threads as what it is", () => {
  const values = ["x", absentLabel, "\uFFFD", ""];
  const writer = new FrameWriter();
  writer.begin(1);
  for (const value of values) writer.label(value);
  writer.end();
  const splitter = new FrameSplitter();
  splitter.push(writer.take());
  const reader = new FrameReader(splitter.next()!);
  expect(values.map(() => reader.label())).toEqual(values);

  const sheet = Sheet.create({ capacity: 4, width: 1, nativeWidth: 0, textBytes: 64 });
  sheet.writeText(0, values);
  expect(sheet.readText(0, values.length)).toEqual(values);
});
