import { expect, it } from "vitest";
import { Counter, Gauge, GaugeHistogram, Histogram, type LabelValue, Registry, StateSet, Summary } from "../index.ts";
import { readExemplar, readNativeHistogram, readSamples, readValue } from "./read.ts";

const registers = [new Registry()] as const;
const [registry] = registers;

const requests = new Counter({ name: "requests_total", help: "Requests.", labelNames: ["method", "code"], registers });
requests.inc({ method: "GET", code: 200 }, 3, { trace_id: "abc" });
requests.inc({ method: "PUT", code: 201 });
new Gauge({ name: "temperature_celsius", help: "Temperature.", registers }).set(NaN);
new Gauge({ name: "room.temperature", help: "Dots.", labelNames: ["the room"], nameValidation: "utf8", registers }).set(
  { "the room": "attic" },
  31,
);
const sizes = new Histogram({ name: "size_bytes", help: "Sizes.", buckets: [0.5, 1, 1e6], registers });
sizes.observe(0.7, { trace_id: "def" });
new Summary({ name: "wait_seconds", help: "Waits.", quantiles: [0.5], registers }).observe(2);
new GaugeHistogram({ name: "queue_age_seconds", help: "Ages.", buckets: [1], registers }).set([0.5, 3]);
new StateSet({ name: "door", help: "Door.", states: ["open", "shut"], registers }).set("shut");
const native = new Histogram({ name: "job_seconds", help: "Jobs.", labelNames: ["job"], native: true, registers });
native.observe({ job: "mail" }, 2);
native.observe({ job: "mail" }, -1);
native.observe({ job: "mail" }, 0);
native.observe({ job: "broken" }, NaN);

it.each<[name: string, labels: Record<string, LabelValue> | undefined, value: number | undefined]>([
  ["requests_total", { method: "GET", code: "200" }, 3],
  ["requests_total", { code: 201, method: "PUT" }, 1],
  ["requests_total", { method: "GET" }, undefined],
  ["requests_total", { method: "GET", code: 200, more: "" }, undefined],
  ["requests_total", { method: "GET", kode: 200 }, undefined],
  ["requests_total", undefined, undefined],
  ["requests", { method: "GET", code: 200 }, undefined],
  ["nothing", undefined, undefined],
  ["temperature_celsius", undefined, NaN],
  ["room.temperature", { "the room": "attic" }, 31],
  ["size_bytes", undefined, undefined],
  ["size_bytes_sum", undefined, 0.7],
  ["size_bytes_count", undefined, 1],
  ["size_bytes_bucket", { le: 0.5 }, 0],
  ["size_bytes_bucket", { le: "1.0" }, 1],
  ["size_bytes_bucket", { le: "1e+06" }, 1],
  ["size_bytes_bucket", { le: Infinity }, 1],
  ["size_bytes_bucket", { le: "+Inf" }, 1],
  ["size_bytes_bucket", { le: 2 }, undefined],
  ["size_bytes_bucket", { le: "" }, undefined],
  ["wait_seconds", { quantile: "0.50" }, 2],
  ["wait_seconds_count", undefined, 1],
  ["queue_age_seconds_bucket", { le: 1 }, 1],
  ["queue_age_seconds_gcount", undefined, 2],
  ["door", { door: "shut" }, 1],
  ["door", { door: "open" }, 0],
  ["job_seconds_count", { job: "mail" }, 3],
])("reads the value of %s %o: %s", async (name, labels, value) => {
  expect(await readValue(registry, name, labels)).toBe(value);
});

it("takes two spellings of a number for two labels where the label is no bound", async () => {
  const own = new Registry();
  const limits = new Gauge({ name: "limit", help: "Limit.", labelNames: ["le"], registers: [own] });
  limits.set({ le: "1" }, 4);
  expect(await readValue(own, "limit", { le: "1" })).toBe(4);
  expect(await readValue(own, "limit", { le: "1.0" })).toBeUndefined();
});

it("reads values that are collected, with default labels", async () => {
  const own = new Registry();
  own.setDefaultLabels({ zone: "a" });
  new Gauge({
    name: "fetched",
    help: "Fetched.",
    registers: [own],
    async collect() {
      await Promise.resolve();
      this.inc();
    },
  });
  expect(await readValue(own, "fetched", { zone: "a" })).toBe(1);
  expect(await readValue(own, "fetched", { zone: "a" })).toBe(2);
  expect(await readValue(own, "fetched")).toBeUndefined();
});

it("reads the samples of a metric, of one name, and of all", async () => {
  const namesOf = async (name?: string): Promise<string[]> => (await readSamples(registry, name)).map((s) => s.name);
  expect(await readSamples(registry, "requests_total")).toEqual([
    { name: "requests_total", labels: { method: "GET", code: "200" }, value: 3 },
    { name: "requests_total", labels: { method: "PUT", code: "201" }, value: 1 },
  ]);
  expect(await namesOf("size_bytes")).toEqual([
    ...Array.from({ length: 4 }, () => "size_bytes_bucket"),
    "size_bytes_sum",
    "size_bytes_count",
  ]);
  expect(await namesOf("size_bytes_count")).toEqual(["size_bytes_count"]);
  expect(new Set(await namesOf("queue_age_seconds"))).toEqual(
    new Set(["queue_age_seconds_bucket", "queue_age_seconds_gcount", "queue_age_seconds_gsum"]),
  );
  expect(await namesOf("queue_age_seconds_gcount")).toEqual(["queue_age_seconds_gcount"]);
  expect(await namesOf("nothing")).toEqual([]);
  expect(new Set(await namesOf())).toContain("door");
});

it("reads native histograms", async () => {
  expect(await readNativeHistogram(registry, "job_seconds", { job: "mail" })).toMatchObject({
    schema: 3,
    zeroCount: 1,
    count: 3,
    sum: 1,
    positive: [[8, 1]],
    negative: [[0, 1]],
  });
  expect(await readNativeHistogram(registry, "job_seconds", { job: "broken" })).toMatchObject({ count: 1, sum: NaN });
  expect(await readNativeHistogram(registry, "job_seconds")).toBeUndefined();
  expect(await readNativeHistogram(registry, "size_bytes")).toBeUndefined();
});

it("reads exemplars", async () => {
  expect(await readExemplar(registry, "requests_total", { method: "GET", code: 200 })).toMatchObject({
    labels: { trace_id: "abc" },
    value: 3,
  });
  expect(await readExemplar(registry, "size_bytes_bucket", { le: 1 })).toMatchObject({
    labels: { trace_id: "def" },
    value: 0.7,
  });
  expect(await readExemplar(registry, "size_bytes_bucket", { le: 0.5 })).toBeUndefined();
  expect(await readExemplar(registry, "requests_total", { method: "PUT", code: 201 })).toBeUndefined();
});
