import * as fc from "fast-check";
import { expect, it } from "vitest";
import { negotiate } from "./negotiate.ts";

const escapingSchemes = ["allow-utf-8", "underscores", "dots", "values"];

const text004 = "text/plain; version=0.0.4; charset=utf-8; escaping=underscores";
const text100 = "text/plain; version=1.0.0; charset=utf-8; escaping=underscores";
const openMetrics001 = "application/openmetrics-text; version=0.0.1; charset=utf-8; escaping=underscores";
const openMetrics100 = "application/openmetrics-text; version=1.0.0; charset=utf-8; escaping=underscores";
const openMetrics200 = "application/openmetrics-text; version=2.0.0; charset=utf-8; escaping=underscores";
const protobuf =
  "application/vnd.google.protobuf; proto=io.prometheus.client.MetricFamily; encoding=delimited; escaping=underscores";

function withEscaping(contentType: string, escaping: string): string {
  return contentType.replace("escaping=underscores", `escaping=${escaping}`);
}

const utf8 = ";escaping=allow-utf-8";
const askText004 = "text/plain;version=0.0.4";
const askText100 = "text/plain;version=1.0.0";
const askOpenMetrics001 = "application/openmetrics-text;version=0.0.1";
const askOpenMetrics100 = "application/openmetrics-text;version=1.0.0";
const askProtobuf = "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited";

const everyContentType = new Set(
  [text004, text100, openMetrics001, openMetrics100, openMetrics200, protobuf].flatMap((contentType) =>
    escapingSchemes.map((escaping) => withEscaping(contentType, escaping)),
  ),
);

/** What looks like a header, mostly broken. */
const anyClauses = fc
  .array(
    fc.oneof(
      fc.constantFrom(askText004, askText100, askOpenMetrics001, askOpenMetrics100, askProtobuf, "*/*"),
      fc.constantFrom(";q=0.5", ";q=2", ";q=", ";q=1e999", ";version=2.0.0", utf8, ";escaping=dots"),
      fc.constantFrom(",", ",", ";", "=", '"', "\\", " "),
      fc.string({ maxLength: 3 }),
    ),
    { maxLength: 15 },
  )
  .map((parts) => parts.join(""));

it.each<[scraper: string, accept: string, contentType: string]>([
  [
    "Prometheus 1.8",
    `${askProtobuf};q=0.7,${askText004};q=0.3,application/json;schema="prometheus/telemetry";version=0.0.2;q=0.2,*/*;q=0.1`,
    protobuf,
  ],
  [
    "Prometheus 2.40",
    `${askOpenMetrics100};q=0.75,application/openmetrics-text;q=0.6,${askText004};q=0.5,*/*;q=0.1`,
    openMetrics100,
  ],
  [
    "Prometheus 2.41 to 2.48, Datadog agent",
    `${askOpenMetrics100},${askOpenMetrics001};q=0.75,${askText004};q=0.5,*/*;q=0.1`,
    openMetrics100,
  ],
  [
    "Prometheus 2.41 to 2.48 with native histograms",
    `${askProtobuf},${askOpenMetrics100};q=0.8,${askOpenMetrics001};q=0.75,${askText004};q=0.5,*/*;q=0.1`,
    protobuf,
  ],
  ["Prometheus 2.49.0", `${askOpenMetrics100};q=0.5,${askOpenMetrics001};q=0.4,${askText004};q=0.3,*/*;q=2`, text004],
  [
    "Prometheus 2.49.1 to 2.55",
    `${askOpenMetrics100};q=0.5,${askOpenMetrics001};q=0.4,${askText004};q=0.3,*/*;q=0.2`,
    openMetrics100,
  ],
  [
    "Prometheus 2.49.1 to 2.55 with native histograms",
    `${askProtobuf};q=0.5,${askOpenMetrics100};q=0.4,${askOpenMetrics001};q=0.3,${askText004};q=0.2,*/*;q=0.1`,
    protobuf,
  ],
  [
    "Prometheus 3.0 to 3.2",
    `${askOpenMetrics100}${utf8};q=0.6,${askOpenMetrics001}${utf8};q=0.5,${askText100}${utf8}${utf8};q=0.4,${askText004}${utf8};q=0.3,*/*;q=0.2`,
    withEscaping(openMetrics100, "allow-utf-8"),
  ],
  [
    "Prometheus 3.0 to 3.2, text only",
    `${askText100}${utf8}${utf8};q=0.6,${askText004}${utf8};q=0.5,*/*;q=0.4`,
    withEscaping(text100, "allow-utf-8"),
  ],
  [
    "Prometheus 3.0 to 3.3 with native histograms",
    `${askProtobuf}${utf8};q=0.6,${askOpenMetrics100}${utf8};q=0.5,${askOpenMetrics001}${utf8};q=0.4,${askText100}${utf8};q=0.3,${askText004}${utf8};q=0.2,*/*;q=0.1`,
    withEscaping(protobuf, "allow-utf-8"),
  ],
  [
    "Prometheus 3.3",
    `${askOpenMetrics100}${utf8};q=0.6,${askOpenMetrics001}${utf8};q=0.5,${askText100}${utf8};q=0.4,${askText004}${utf8};q=0.3,*/*;q=0.2`,
    withEscaping(openMetrics100, "allow-utf-8"),
  ],
  ["Prometheus 3.0 to 3.3, text 0.0.4 only", `${askText004}${utf8};q=0.6,*/*;q=0.5`, text004],
  [
    "Prometheus 3.4 and later, OpenTelemetry Collector",
    `${askOpenMetrics100}${utf8};q=0.6,${askOpenMetrics001};q=0.5,${askText100}${utf8};q=0.4,${askText004};q=0.3,*/*;q=0.2`,
    withEscaping(openMetrics100, "allow-utf-8"),
  ],
  [
    "Prometheus 3.4 and later with native histograms",
    `${askProtobuf};q=0.6,${askOpenMetrics100}${utf8};q=0.5,${askOpenMetrics001};q=0.4,${askText100}${utf8};q=0.3,${askText004};q=0.2,*/*;q=0.1`,
    protobuf,
  ],
  [
    "Prometheus 3.4 and later, or Grafana Alloy, with names escaped by dots",
    `${askOpenMetrics100};escaping=dots;q=0.6,${askOpenMetrics001};q=0.5,${askText100};escaping=dots;q=0.4,${askText004};q=0.3,*/*;q=0.2`,
    withEscaping(openMetrics100, "dots"),
  ],
  [
    "a Prometheus that prefers OpenMetrics 2.0.0",
    `application/openmetrics-text;version=2.0.0${utf8};q=0.6,${askOpenMetrics100};q=0.5,*/*;q=0.2`,
    withEscaping(openMetrics200, "allow-utf-8"),
  ],
  ["vmagent", `${askText004};q=1,*/*;q=0.1`, text004],
  ["Telegraf", `${askProtobuf};q=0.7,${askText004};q=0.3`, protobuf],
  ["curl", "*/*", text004],
  [
    "Chrome",
    "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,image/apng,*/*;q=0.8,application/signed-exchange;v=b3;q=0.7",
    text004,
  ],
  ["Firefox", "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", text004],
  ["Java", "text/html, image/gif, image/jpeg, *; q=.2, */*; q=.2", text004],
])("answers %s", (_, accept, contentType) => {
  expect(negotiate(accept).contentType).toBe(contentType);
});

it.each([
  [null, text004],
  [undefined, text004],
  ["", text004],
  ["text/*", text004],
  ["text/html", text004],
  ["text/plain", text004],
  ["text/plain; version=", text004],
  ["text/plain; version=1.0.0", text100],
  ["application/openmetrics-text", openMetrics100],
  ["application/openmetrics-text; version=0.0.1", openMetrics001],
  ["application/openmetrics-text; version=2.0.0", openMetrics200],
  ["application/openmetrics-text; version=1.1.0", text004],
  ["text/plain; version=2.0.0, text/plain; version=1.0.0; q=0.1", text100],
  ["application/*", text004],
  ["application/vnd.google.protobuf", text004],
  ["application/vnd.google.protobuf; proto=io.prometheus.client.MetricFamily", text004],
  ["application/vnd.google.protobuf; proto=io.prometheus.client.MetricFamily; encoding=text", text004],
  ["application/vnd.google.protobuf; proto=other.Message; encoding=delimited", text004],
])("knows the types and versions in %j", (accept, contentType) => {
  expect(negotiate(accept).contentType).toBe(contentType);
});

it.each([
  ["text/plain; version=0.0.4; q=0.5, application/openmetrics-text; q=0.6", openMetrics100],
  ["text/plain; version=1.0.0, application/openmetrics-text", text100],
  ["application/openmetrics-text, text/plain; version=1.0.0", openMetrics100],
  ["application/openmetrics-text; q=1, */*; q=2", openMetrics100],
  ["application/openmetrics-text; q=0", text004],
  ["application/openmetrics-text; q=0.000, text/plain; version=1.0.0; q=0.001", text100],
  ["application/openmetrics-text; q=-1", text004],
  ["application/openmetrics-text; q=high, text/plain; version=1.0.0; q=0.1", text100],
  ["application/openmetrics-text; q=, text/plain; version=1.0.0; q=0.1", text100],
  ["application/openmetrics-text; q=NaN, text/plain; version=1.0.0; q=0.1", text100],
  ["application/openmetrics-text; Q=0.1, text/plain; version=1.0.0; q=0.2", text100],
  ["application/openmetrics-text; q=0.3; escaping=dots, text/plain; q=0.2", withEscaping(openMetrics100, "dots")],
])("weighs the clauses of %j", (accept, contentType) => {
  expect(negotiate(accept).contentType).toBe(contentType);
});

it.each(escapingSchemes)("escapes by %s where the format can", (escaping) => {
  const ask = (type: string) => negotiate(`${type};escaping=${escaping}`);
  expect(ask(askText100)).toEqual({
    type: "text",
    version: "1.0.0",
    escaping,
    contentType: withEscaping(text100, escaping),
  });
  expect(ask(askOpenMetrics100)).toEqual({
    type: "openmetrics",
    version: "1.0.0",
    escaping,
    contentType: withEscaping(openMetrics100, escaping),
  });
  expect(ask(askOpenMetrics001)).toEqual({
    type: "openmetrics",
    version: "0.0.1",
    escaping,
    contentType: withEscaping(openMetrics001, escaping),
  });
  expect(ask(askProtobuf)).toEqual({
    type: "protobuf",
    version: "",
    escaping,
    contentType: withEscaping(protobuf, escaping),
  });
  const possible = escaping === "allow-utf-8" ? "underscores" : escaping;
  expect(ask(askText004)).toEqual({
    type: "text",
    version: "0.0.4",
    escaping: possible,
    contentType: withEscaping(text004, possible),
  });
});

it("takes the escaping from the clause that won, if it is a known one", () => {
  expect(negotiate(`${askText100};q=0.5;escaping=dots,${askOpenMetrics100}`).escaping).toBe("underscores");
  expect(negotiate(`${askText100};escaping=utf8`).escaping).toBe("underscores");
  expect(negotiate(`${askText100};escaping=`).escaping).toBe("underscores");
  expect(negotiate("*/*;escaping=dots").escaping).toBe("underscores");
});

it.each([
  ["  APPLICATION/OpenMetrics-Text ;\tVersion=1.0.0 ; ESCAPING=values ,", withEscaping(openMetrics100, "values")],
  ['application/openmetrics-text;version="0.0.1";escaping="d\\ots"', withEscaping(openMetrics001, "dots")],
  ['text/html;x="a,b;q=1,\\",application/openmetrics-text,",text/plain;version=1.0.0', text100],
  ["application/openmetrics-text;;version=0.0.1;flag", openMetrics001],
  ["application/openmetrics-text;version=0.0.1;version=1.0.0", openMetrics001],
  [",,,application/openmetrics-text,,", openMetrics100],
  ['application/openmetrics-text;version="1.0.0', text004],
  ['application/openmetrics-text;version="', text004],
  ['text/plain;version=1.0.0,x;y="\\', text100],
  ["application/openmetrics-text version=1.0.0", text004],
  [";=;==,=;q", text004],
  ["application/openmetrics-text;__proto__=1;constructor=2", openMetrics100],
])("reads the syntax of %j", (accept, contentType) => {
  expect(negotiate(accept).contentType).toBe(contentType);
});

it("reads only so much of a header", () => {
  expect(negotiate(`${"a/b,".repeat(49)}${askOpenMetrics100}`).contentType).toBe(openMetrics100);
  expect(negotiate(`${"a/b,".repeat(50)}${askOpenMetrics100}`).contentType).toBe(text004);
  const clause = `${askOpenMetrics001};q=0.5`;
  const padded = (length: number) => `${askText100};q=0.1;x=`.padEnd(length - clause.length - 1, "x") + `,${clause}`;
  expect(negotiate(padded(4096)).contentType).toBe(openMetrics001);
  expect(negotiate(padded(4097)).contentType).toBe(text100);
  expect(negotiate(`${askText100},${'"'.repeat(100_000)}`).contentType).toBe(text100);
});

it.each([
  ["any string", fc.string({ unit: "binary" })],
  ["any clauses", anyClauses],
])("answers %s with a format it knows", (_, header) => {
  fc.assert(
    fc.property(header, (accept) => {
      const { contentType, escaping } = negotiate(accept);
      expect(everyContentType.has(contentType)).toBe(true);
      expect(contentType.endsWith(`; escaping=${escaping}`)).toBe(true);
    }),
  );
});
