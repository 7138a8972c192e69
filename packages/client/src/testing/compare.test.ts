import { expect, it } from "vitest";
import { Counter, Gauge, Histogram, Registry, Summary } from "../index.ts";
import { ParseError } from "../parse/index.ts";
import { compareExposition } from "./compare.ts";

function exampleRegistry(): Registry {
  const registry = new Registry();
  const registers = [registry];
  const jobs = new Counter({ name: "jobs_total", help: "Jobs \\ done.", labelNames: ["queue", "by"], registers });
  jobs.inc({ queue: "mail", by: '"me"' }, 1500);
  jobs.inc({ queue: "print", by: "a\nb" });
  new Gauge({ name: "load_ratio", help: "Load.", registers }).set(NaN);
  const times = new Histogram({ name: "time_seconds", help: "Times.", buckets: [1, 2, 10], registers });
  times.observe(1.5);
  new Summary({ name: "wait_seconds", help: "Waits.", quantiles: [0.5], registers }).observe(2);
  return registry;
}

const asWritten = String.raw`
  # TYPE time_seconds histogram
  # HELP time_seconds Times.
  time_seconds_count 1
  time_seconds_sum 15e-1
  time_seconds_bucket{le="+Inf"} 1
  time_seconds_bucket{le="10.0"} 1
  time_seconds_bucket{le="2.0"} 1.0
  time_seconds_bucket{le="1.0"} -0

  # HELP jobs_total Jobs \\ done.
  # TYPE jobs_total counter
  jobs_total{queue="print",by="a\nb"} 1
  jobs_total{by="\"me\"",queue="mail"} 1.5e3
  # HELP wait_seconds Waits.
  # TYPE wait_seconds summary
  wait_seconds{quantile="5e-1"} 2
  wait_seconds_sum 2
  wait_seconds_count 1
  # HELP load_ratio Load.
  # TYPE load_ratio gauge
  load_ratio nan`;

it("passes what differs in order and spelling only", async () => {
  const registry = exampleRegistry();
  await compareExposition(registry, asWritten);
  await compareExposition(registry, await registry.metrics());
  await compareExposition(asWritten + "\n", await registry.metrics());
});

it("compares the families that are expected, or those that are named", async () => {
  const registry = exampleRegistry();
  const load = "# HELP load_ratio Load.\n# TYPE load_ratio gauge\nload_ratio NaN";
  await compareExposition(registry, load);
  await compareExposition(registry, load + "\nother 1\n", ["load_ratio"]);
  await compareExposition(registry, "", ["absent"]);
  await expect(compareExposition(registry, "", ["load_ratio"])).rejects.toThrow("\n+ load_ratio NaN\n");
  await expect(compareExposition(registry, load, ["load_ratio", "jobs_total"])).rejects.toThrow("+ jobs_total{");
  await expect(compareExposition(registry, "# nothing\n")).rejects.toThrow("nothing to compare");
});

it("shows the lines that are missing and unexpected, sorted, and no others", async () => {
  const expected = `
    # HELP time_seconds Time.
    # TYPE time_seconds histogram
    time_seconds_bucket{le="2"} 3
    time_seconds_bucket{le="10"} 4
    time_seconds_bucket{le="20"} 4
    time_seconds_bucket{le="+Inf"} 1
    time_seconds_count 1
    # TYPE jobs_total untyped
    jobs_total{queue="mail",by="you"} 1500
    jobs_total{queue="print",by="a\\nb"} 2 1234567
    # TYPE absent gauge
    absent NaN
    # HELP load_ratio Load.
    # TYPE load_ratio gauge
    load_ratio NaN
  `;
  await expect(compareExposition(exampleRegistry(), expected)).rejects.toThrow(
    new Error(String.raw`The exposition is not as expected (- missing, + unexpected):

- # TYPE absent gauge
- absent NaN
+ # HELP jobs_total Jobs \\ done.
- # TYPE jobs_total untyped
+ # TYPE jobs_total counter
+ jobs_total{by="\"me\"",queue="mail"} 1500
- jobs_total{by="a\nb",queue="print"} 2 1234567
+ jobs_total{by="a\nb",queue="print"} 1
- jobs_total{by="you",queue="mail"} 1500
- # HELP time_seconds Time.
+ # HELP time_seconds Times.
+ time_seconds_bucket{le="1"} 0
- time_seconds_bucket{le="2"} 3
+ time_seconds_bucket{le="2"} 1
- time_seconds_bucket{le="10"} 4
+ time_seconds_bucket{le="10"} 1
- time_seconds_bucket{le="20"} 4
+ time_seconds_sum 1.5
`),
  );
});

it("says which side cannot be read", async () => {
  const error = await compareExposition(new Registry(), "a 1\nb one").catch((reason: unknown) => reason);
  expect(error).toMatchObject({ message: expect.stringMatching(/^The expected exposition is not .* line 2/) });
  expect((error as Error).cause).toBeInstanceOf(ParseError);
  await expect(compareExposition("a one\n", "a 1")).rejects.toThrow(/^The exposition is not in text format 0.0.4\. /);
});
