import { expect, it } from "vitest";
import { Gauge } from "../metrics/gauge.ts";
import { parse } from "../parse/index.ts";
import { Registry } from "../registry.ts";
import { absentLabel } from "../series/absent-label.ts";
import type { SeriesTable } from "../series/series-table.ts";

const formats = [
  "text/plain; version=0.0.4",
  "text/plain; version=1.0.0; escaping=allow-utf-8",
  "application/openmetrics-text; version=1.0.0",
  "application/openmetrics-text; version=2.0.0",
  "application/vnd.google.protobuf; proto=io.prometheus.client.MetricFamily; encoding=delimited",
];

/** A gauge of which the series may lack labels, as in a metric type of one's own. */
class SparseGauge extends Gauge<"a" | "b" | "c"> {
  put(values: readonly (string | undefined)[], value: number): void {
    const table: SeriesTable = this.table;
    table.set(table.slotOfValues(values.map((text) => text ?? absentLabel)), value);
  }
}

it.each(formats)("leaves labels out that a series does not have: %s", async (accept) => {
  const registry = new Registry();
  const gauge = new SparseGauge({ name: "g", help: "G.", labelNames: ["a", "b", "c"], registers: [registry] });
  registry.setDefaultLabels({ b: "default", z: "zone" });
  gauge.put(["1", "2", "3"], 1);
  gauge.put([undefined, "2", undefined], 2);
  gauge.put([undefined, undefined, undefined], 3);
  gauge.put(["1", undefined, "3"], 4);
  const seen = async (): Promise<object> => {
    const { body, contentType } = await registry.expose({ accept });
    // A gauge is the same in both versions of OpenMetrics.
    const [family] = parse(body, contentType.replace("version=2.0.0", "version=1.0.0"));
    return family!.samples.map(({ labels, value }) => [{ ...labels }, value]);
  };
  const expected = [
    [{ a: "1", b: "2", c: "3", z: "zone" }, 1],
    [{ b: "2", z: "zone" }, 2],
    [{ b: "default", z: "zone" }, 3],
    [{ a: "1", b: "default", c: "3", z: "zone" }, 4],
  ];
  expect(await seen()).toEqual(expected);
  gauge.put([undefined, undefined, undefined], 100);
  expect(await seen()).toEqual(expected.map((row, i) => (i === 2 ? [row[0], 100] : row)));
});
