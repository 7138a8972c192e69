import { spawnSync } from "node:child_process";
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { Registry } from "@exporterkit/client";
import { readValue } from "@exporterkit/client/testing";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { hasCommand } from "../debian-package.ts";
import { frameworks } from "./frameworks.ts";
import { hello, reached, type WebApp } from "./web-app.ts";

const hasPromtool = hasCommand("promtool", "prometheus");

describe.each(frameworks)("requests on %s", (_name, start) => {
  let registry: Registry;
  let app: WebApp;
  beforeEach(async () => {
    registry = new Registry();
    app = await start({ registry, requestSize: true, responseSize: true, exclude: ["/healthz"] });
  });
  afterEach(async () => await app.stop());

  /** How many requests were counted, by method, route and status. */
  async function counts(): Promise<string[]> {
    const text = await registry.metrics();
    const lines = text.matchAll(
      /^http_request_duration_seconds_count\{method="(.*)",route="(.*)",status="(.*)"\} (\d+)$/gm,
    );
    return Array.from(lines, (line) => line.slice(1).join(" ")).toSorted();
  }

  async function ask(path: string, init?: RequestInit): Promise<[status: number, text: string]> {
    const response = await fetch(app.url + path, init);
    return [response.status, await response.text()];
  }

  function socket(): Socket {
    return connect(Number(new URL(app.url).port), "127.0.0.1");
  }

  it("are counted once each by the pattern of their route, and the metrics are served beside the application", async () => {
    expect(await ask("/")).toEqual([200, hello]);
    await ask("/", { method: "HEAD" });
    for (const id of ["ann", "bob", "%F0%9F%98%80", "a%2Fb"]) expect((await ask(`/users/${id}?x=${id}`))[0]).toBe(200);
    expect((await ask("/users/ann", { method: "POST" }))[0]).toBeLessThan(300);
    for (const path of ["/nothing", "/users", "/healthz", "/users/a/b"]) expect((await ask(path))[0]).toBe(404);
    const [status, text] = await ask("/metrics");
    expect(status).toBe(200);
    expect(text).toMatch(/^http_requests_in_flight 0$/m);
    const posted = (await counts()).find((count) => count.startsWith("POST"));
    expect(posted).toMatch(/^POST \/users\/:id 20[01] 1$/);
    expect(await counts()).toEqual([
      "GET / 200 1",
      "GET /users/:id 200 4",
      "GET unmatched 404 3",
      "HEAD / 200 1",
      posted,
    ]);
  });

  it("for metrics are answered by HEAD and GET alone, and not counted", async () => {
    for (const [method, status] of [
      ["HEAD", 200],
      ["POST", 405],
      ["OPTIONS", 405],
    ] as const) {
      const response = await fetch(`${app.url}/metrics?x=y`, { method });
      expect([method, response.status]).toEqual([method, status]);
      await response.arrayBuffer();
    }
    expect(await counts()).toEqual([]);
    expect(await readValue(registry, "exporterkit_scrapes_total", { status: 405 })).toBe(2);
  });

  it("have the patterns of the paths at which routers are mounted, not what clients send", async () => {
    for (const team of ["red", "blue", "members", "%41"]) {
      for (const member of ["1", "members"]) expect((await ask(`/teams/${team}/members/${member}`))[0]).toBe(200);
    }
    expect(await counts()).toEqual(["GET /teams/:team/members/:member 200 8"]);
  });

  it("that fail are counted by their route and the status that the client gets", async () => {
    for (const path of ["/fails", "/rejects", "/teams/red/fails", "/teams/blue/fails"]) {
      expect((await ask(path))[0]).toBe(500);
    }
    expect(await counts()).toEqual(["GET /fails 500 1", "GET /rejects 500 1", "GET /teams/:team/fails 500 2"]);
  });

  it("whose clients go are counted, before there is an answer and in the middle of one", async () => {
    for (const path of ["/waits", "/streams"]) {
      const client = socket();
      const arrived = once(reached, "request");
      client.write(`GET ${path} HTTP/1.1\r\nHost: x\r\n\r\n`);
      await arrived;
      if (path === "/streams") await once(client, "data");
      expect(await readValue(registry, "http_requests_in_flight")).toBe(1);
      client.destroy();
      await vi.waitFor(async () => expect(await readValue(registry, "http_requests_in_flight")).toBe(0), 10_000);
    }
    expect(await counts()).toEqual(["GET /streams 200 1", "GET /waits 499 1"]);
  });

  it("that share a connection are counted once each, pipelined ones too", async () => {
    const client = socket();
    const request = (path: string, more = ""): string => `GET ${path} HTTP/1.1\r\nHost: x\r\n${more}\r\n`;
    client.write(request("/") + request("/users/1") + request("/nothing") + request("/", "Connection: close\r\n"));
    for await (const _ of client);
    expect(await counts()).toEqual(["GET / 200 2", "GET /users/:id 200 1", "GET unmatched 404 1"]);
  });

  it("have the sizes of their bodies", async () => {
    await ask("/users/1", {
      method: "POST",
      body: JSON.stringify({ a: "ü" }),
      headers: { "content-type": "application/json" },
    });
    await ask("/");
    const text = await registry.metrics();
    expect(text).toMatch(/^http_request_size_bytes_sum\{method="POST",.*\} 10$/m);
    expect(text).toMatch(/^http_response_size_bytes_sum\{method="GET",.*\} 13$/m);
  });

  it.skipIf(!hasPromtool)("are served as promtool likes them (needs the Debian package prometheus)", async () => {
    for (const path of ["/", "/users/ann", "/nothing", "/fails", "/teams/red/members/1"]) await ask(path);
    await ask("/metrics");
    const [, text] = await ask("/metrics");
    expect(text).toContain("exporterkit_scrapes_total");
    const { status, stderr } = spawnSync("promtool", ["check", "metrics"], { input: text, encoding: "utf8" });
    expect([status, stderr]).toEqual([0, ""]);
  });
});
