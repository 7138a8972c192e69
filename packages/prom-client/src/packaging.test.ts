import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const folder = fileURLToPath(new URL("..", import.meta.url));
const bundle = join(folder, "dist/bundle");

test("import and require give the same default registry and the same classes", () => {
  const program = `
    const required = require("@exporterkit/prom-client");
    import("@exporterkit/prom-client").then((imported) => {
      const same = Object.keys(required).every((name) => imported[name] === required[name]);
      console.log(same, imported.default === required, imported.register === required.register);
    });
  `;
  expect(node("--eval", program)).toBe("true true true\n");
});

test("it loads by require where ES modules cannot be required", () => {
  const options = process.allowedNodeEnvironmentFlags.has("--experimental-require-module")
    ? ["--no-experimental-require-module"]
    : [];
  const program = 'console.log(typeof require("@exporterkit/prom-client").Counter)';
  expect(node(...options, "--eval", program)).toBe("function\n");
});

test("what require returns may be changed by tests, and has the Content-Type of the moment", () => {
  const program = `
    const client = require("@exporterkit/prom-client");
    client.contentType = client.openMetricsContentType;
    client.Counter = 1;
    console.log(client.register.contentType, client.contentType, client.Counter);
  `;
  const openMetrics = "application/openmetrics-text; version=1.0.0; charset=utf-8";
  expect(node("--eval", program)).toBe(`${openMetrics} ${openMetrics} 1\n`);
});

test("what is published names no other package", () => {
  for (const file of readdirSync(bundle, { recursive: true, encoding: "utf8" }).filter((name) =>
    /\.\w*[jt]s$/.test(name),
  )) {
    const text = readFileSync(join(bundle, file), "utf8");
    const imported = [...text.matchAll(/(?:from |require\(|import\()["']([^"']+)["']/g)].map(([, name]) => name!);
    expect(imported.filter((name) => !/^(\.|node:)/.test(name))).toEqual([]);
  }
});

test.each(["prom-client", "@exporterkit/prom-client"])(
  "programs of types compile against %s",
  { timeout: 60_000 },
  (name) => {
    const within = mkdtempSync(join(folder, "dist/types-"));
    try {
      if (name !== "prom-client") {
        mkdirSync(join(within, "node_modules"));
        symlinkSync(folder, join(within, "node_modules/prom-client"), "junction");
      }
      const options = {
        compilerOptions: {
          strict: true,
          noEmit: true,
          target: "es2022",
          module: "nodenext",
          esModuleInterop: true,
          types: ["node"],
        },
        files: ["program.cts", "program.mts"],
      };
      writeFileSync(join(within, "tsconfig.json"), JSON.stringify(options));
      writeFileSync(
        join(within, "program.cts"),
        `${typesProgram}import required = require("prom-client");\n${requiring}`,
      );
      writeFileSync(join(within, "program.mts"), typesProgram);
      const tsc = join(createRequire(import.meta.url).resolve("typescript/package.json"), "../bin/tsc");
      expect(run(process.execPath, [tsc, "-p", within])).toBe("");
    } finally {
      rmSync(within, { recursive: true });
    }
  },
);

const requiring = "export const text: Promise<string> = required.register.metrics();\n";

const typesProgram = `
import client, { Counter, Gauge, Histogram, Registry, Summary, register, type LabelValues, type Metric, type MetricConfiguration, type MetricObjectWithValues, type MetricValue } from "prom-client";
import * as all from "prom-client";

const counter: Counter<"a" | "b"> = new Counter({ name: "c", help: "h", labelNames: ["a", "b"] });
counter.inc(); counter.inc(2); counter.inc({ a: 1 }); counter.inc({ a: "x", b: 2 }, 3);
counter.labels("x", "y").inc(); counter.labels({ a: 1 }).inc(2); counter.remove("x", "y"); counter.remove({ a: 1 });
// @ts-expect-error: not declared
counter.inc({ c: 1 });
const untyped: client.Counter = new all.Counter({ name: "u", help: "h", labelNames: ["x"] as const });
const widened: client.Counter<string> = counter;
const gauge = new client.Gauge({ name: "g", help: "h", labelNames: ["l"], async collect() { this.set({ l: "1" }, 2); } });
const end: (labels?: LabelValues<"l">) => number = gauge.startTimer({ l: 1 });
gauge.setToCurrentTime({ l: 1 }); gauge.dec({ l: 1 }); gauge.labels("1").startTimer()({ l: "2" });
const histogram = new Histogram({ name: "h", help: "h", buckets: client.linearBuckets(1, 2, 3), enableExemplars: true });
histogram.observe({ value: 1, exemplarLabels: {} }); histogram.observe(1); histogram.zero({});
const internal: all.Histogram.Internal<string> = histogram.labels();
const configuration: all.HistogramConfiguration<"a"> = { name: "n", help: "h", labelNames: ["a"], registers: [register] };
const summary: Summary<"s"> = new Summary({
  name: "s", help: "h", labelNames: ["s"], percentiles: [0.5], maxAgeSeconds: 1, ageBuckets: 2, pruneAgedBuckets: true,
});
const metrics: Metric<string>[] = [counter, gauge, histogram, summary];
const open = new Registry<all.OpenMetricsContentType>();
open.setContentType(Registry.OPENMETRICS_CONTENT_TYPE);
new Counter({ name: "o", help: "h", registers: [open, new Registry()] });
const values: MetricObjectWithValues<MetricValue<string>>[] = await0(register.getMetricsAsJSON());
const declared: MetricConfiguration<"a">["labelNames"] = ["a"] as const;
const kind: all.MetricType | undefined = values[0]?.type;
const aggregator: all.Aggregator = "first";
function await0<T>(promise: Promise<T>): T { return promise as unknown as T; }
register.setDefaultLabels({ app: "x" });
register.registerMetric(counter);
const merged: Registry = Registry.merge([register]);
const found: Metric<string> | undefined = merged.getSingleMetric("c");
if (found instanceof Counter) found.inc();
register.getMetricsAsJSON().then((all) => all.map(({ name, values: [first] }) => [name, first?.value, first?.labels["a"]]));
counter.get().then(({ values, aggregator, type }) => [values[0]?.labels.a, aggregator === "sum", type]);
const names: string[] = register.getMetricsAsArray().map(({ name }) => name);
const contentType: string = client.contentType + client.prometheusContentType;
const isValid: boolean = client.validateMetricName("x");
class Wrapped extends Counter<"a"> { override inc(): void { super.inc({ a: 1 }); } }
class Double implements Pick<Gauge<"a">, "set"> { set(): void {} }
const structural: Counter<"a"> = {
  get: () => counter.get() as never, inc() {}, labels: () => ({ inc() {} }), reset() {}, remove() {},
};
export { untyped, widened, end, internal, configuration, metrics, declared, kind, aggregator, names, contentType, isValid, Wrapped, Double, structural };
`;

function node(...given: string[]): string {
  return execFileSync(process.execPath, given, { cwd: folder, encoding: "utf8" });
}

/** What a program that may fail prints. */
function run(command: string, given: readonly string[]): string {
  try {
    return execFileSync(command, given, { encoding: "utf8" });
  } catch (error) {
    return (error as { stdout: string }).stdout;
  }
}
