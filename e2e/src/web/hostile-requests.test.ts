import { connect } from "node:net";
import { METHODS } from "node:http";
import { Registry } from "@exporterkit/client";
import { readSamples } from "@exporterkit/client/testing";
import * as fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { frameworks } from "./frameworks.ts";
import { hello, type WebApp } from "./web-app.ts";

/** What the applications declare; their handlers that never answer are left alone. */
const routes = [
  "/",
  "/users/:id",
  "/fails",
  "/rejects",
  "/teams/:team/members/:member",
  "/teams/:team/fails",
  "unmatched",
];

const visible = fc.integer({ min: 0x21, max: 0x7e }).map((code) => String.fromCharCode(code));
const segment = fc.oneof(
  fc.constantFrom(
    "users",
    "USERS",
    "Users",
    "teams",
    "tEaMs",
    "members",
    "MEMBERS",
    "fails",
    "Fails",
    "..",
    ".",
    "%2e%2e",
  ),
  fc.constantFrom("%", "%zz", "%00", "%2F", "*", ":id", "{a}", "%F0%9F%98%80", "a;b", "", "metrics", "__proto__"),
  fc.string({ unit: visible, maxLength: 12 }).map((text) => text.replaceAll(/[/?# ]/g, "-")),
);
const cased = (word: string): fc.Arbitrary<string> => fc.mixedCase(fc.constant(word));
const path = fc
  .oneof(
    fc.array(segment, { maxLength: 6 }),
    fc.tuple(cased("users"), segment),
    fc.tuple(cased("teams"), segment, cased("members"), segment),
    fc.tuple(cased("teams"), segment, cased("fails"), fc.constantFrom("", "x")),
  )
  .map((segments) => `/${segments.join("/")}`);
const query = fc.oneof(
  fc.constant(""),
  fc
    .array(fc.constantFrom("name[]=up", "name%5B%5D=x", "a=b", "&&=", "name[]="), { maxLength: 500 })
    .map((parts) => `?${parts.join("&")}`),
);
const target = fc.oneof(
  { weight: 9, arbitrary: fc.tuple(path, query).map((parts) => parts.join("")) },
  { weight: 1, arbitrary: path.map((text) => `http://example.com${text}`) },
  { weight: 1, arbitrary: query.map((text) => `/metrics${text}`) },
);
const method = fc.oneof(
  { weight: 5, arbitrary: fc.constantFrom("GET", "POST", "HEAD", "OPTIONS") },
  { weight: 3, arbitrary: fc.constantFrom(...METHODS.filter((name) => name !== "CONNECT")) },
  { weight: 1, arbitrary: fc.constantFrom("get", "BREW", "G\u0000T", "X".repeat(50)) },
);
const header = fc.oneof(
  fc
    .integer({ min: 1, max: 400 })
    .map((times) => `Accept: ${"text/plain;q=0.1,application/openmetrics-text;version=9;,".repeat(times)}`),
  fc.constantFrom("Accept: ;;;q=", "Accept-Encoding: gzip;q=NaN,,zstd", "X-Prometheus-Scrape-Timeout-Seconds: -1e309"),
  fc.constantFrom(
    "traceparent: 00-zz-zz-01",
    `traceparent: ${"0".repeat(5000)}`,
    "Content-Length: 0",
    "X-HTTP-Method-Override: EVIL",
  ),
  fc.constantFrom("Content-Type: application/json", "Transfer-Encoding: chunked", "Expect: 100-continue", "Host: evil"),
);
const request = fc
  .tuple(method, target, fc.array(header, { maxLength: 3 }))
  .map(
    ([verb, where, headers]) =>
      `${verb} ${where} HTTP/1.1\r\n${["Host: x", "Connection: close", ...headers].join("\r\n")}\r\n\r\n0\r\n\r\n`,
  );

describe.each(frameworks)("hostile requests to %s", (_name, start) => {
  let registry: Registry;
  let app: WebApp;
  beforeEach(async () => {
    registry = new Registry();
    app = await start({ registry });
  });
  afterEach(async () => await app.stop());

  it("add no label sets beyond those of the application, and it goes on answering", async () => {
    const requests = fc.sample(request, 400);
    for (let i = 0; i < requests.length; i += 20) await Promise.all(requests.slice(i, i + 20).map(send));
    expect(await (await fetch(app.url)).text()).toBe(hello);

    const samples = await readSamples(registry, "http_request_duration_seconds_count");
    const valuesOf = (name: string): Set<string | undefined> => new Set(samples.map(({ labels }) => labels[name]));
    expect([...valuesOf("route")].filter((route) => !routes.includes(route!))).toEqual([]);
    expect([...valuesOf("method")].filter((verb) => verb !== "_OTHER" && !METHODS.includes(verb!))).toEqual([]);
    expect(valuesOf("method").size).toBeLessThanOrEqual(11);
    const [inFlight] = await readSamples(registry, "http_requests_in_flight");
    expect(inFlight!.value).toBe(0);
  });

  /** Sends a request and reads whatever comes, until the connection is closed. */
  function send(text: string): Promise<void> {
    return new Promise((resolve) => {
      const socket = connect(Number(new URL(app.url).port), "127.0.0.1", () => socket.end(text));
      socket.on("error", () => {}).on("close", () => resolve());
      socket.resume();
    });
  }
});
