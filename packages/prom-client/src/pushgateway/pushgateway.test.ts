import { once } from "node:events";
import { Agent, createServer, type RequestListener, type Server } from "node:http";
import { createServer as createSecureServer } from "node:https";
import type { AddressInfo } from "node:net";
import { gunzipSync } from "node:zlib";
import * as promClient from "prom-client";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Counter } from "../counter.ts";
import { register, Registry } from "../registry.ts";
import { Pushgateway } from "./pushgateway.ts";

type Method = "push" | "pushAdd" | "delete";
type Params = Partial<Pushgateway.Parameters>;

/** As much of a gateway as both have. */
interface AnyGateway {
  push(params?: Params): Promise<{ resp?: unknown; body?: unknown }>;
  pushAdd(params?: Params): Promise<{ resp?: unknown; body?: unknown }>;
  delete(params?: Params): Promise<{ resp?: unknown; body?: unknown }>;
}

const methods: readonly Method[] = ["push", "pushAdd", "delete"];
const text = '# HELP jobs_total Jobs.\n# TYPE jobs_total counter\njobs_total{kind="é"} 2\n';

let server: Server;
let connections = 0;
/** What came over each connection, in pieces. */
let received: Buffer[] = [];
let answer: RequestListener;

beforeEach(async () => {
  connections = 0;
  received = [];
  answer = (_request, response) => response.writeHead(202).end("thanks");
  server = createServer((request, response) => {
    request.resume().on("end", () => answer(request, response));
  });
  server.on("connection", (socket) => {
    connections++;
    socket.on("data", (chunk: Buffer) => received.push(chunk));
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
});
afterEach(() => {
  server.closeAllConnections();
  server.close();
});

const portOf = (listening: Server): number => (listening.address() as AddressInfo).port;
const urlOf = (rest = "", credentials = ""): string => `http://${credentials}127.0.0.1:${portOf(server)}${rest}`;

/** A registry of either package with the same metric. */
function filled<R extends object>(
  CounterClass: new (options: object) => { inc(labels: object, by: number): void },
  registry: R,
): R {
  new CounterClass({ name: "jobs_total", help: "Jobs.", labelNames: ["kind"], registers: [registry] }).inc(
    { kind: "é" },
    2,
  );
  return registry;
}

/** The gateway of each package. Each has options of its own: prom-client changes the headers that it is given. */
function gateways(url: string, options: () => unknown = () => undefined): { theirs: AnyGateway; ours: AnyGateway } {
  return {
    theirs: new promClient.Pushgateway(url, options(), filled(promClient.Counter as never, new promClient.Registry())),
    ours: new Pushgateway(url, options(), filled(Counter as never, new Registry())),
  };
}

/** The bytes that a call sends, and the answer or the error that it comes to. */
async function exchange(call: () => Promise<{ resp?: unknown; body?: unknown }>): Promise<unknown> {
  received = [];
  try {
    const { resp, body, ...more } = await call();
    const { statusCode } = resp as { statusCode: number };
    return { sent: Buffer.concat(received).toString("latin1"), statusCode, body, more };
  } catch (error) {
    return { sent: Buffer.concat(received).toString("latin1"), error: String(error) };
  }
}

describe("sends and resolves to what prom-client does", () => {
  it.each<{ case: string; path?: string; credentials?: string; params?: Params; options?: () => object }>([
    { case: "a job", params: { jobName: "nightly" } },
    { case: "groupings", params: { jobName: "nightly", groupings: { instance: "host:9", shard: 3 as never } } },
    { case: "what must be escaped", params: { jobName: "a b?ü", groupings: { "x y": "50 %&#" } } },
    { case: "a path", path: "/gateway", params: { jobName: "nightly" } },
    { case: "a path that ends with a slash, and a query", path: "/gateway/?a=b#c", params: { jobName: "nightly" } },
    { case: "credentials", credentials: "me:p%40ss%20word@", params: { jobName: "nightly" } },
    {
      case: "no job where none is required",
      params: { groupings: { a: "b" } },
      options: () => ({ requireJobName: false }),
    },
    { case: "no parameters at all", options: () => ({ requireJobName: false }) },
    {
      case: "headers",
      params: { jobName: "j" },
      options: () => ({ headers: { Authorization: "Bearer x", "X-Y": ["1", "2"] } }),
    },
    { case: "gzip", params: { jobName: "j" }, options: () => ({ headers: { "Content-Encoding": "gzip" } }) },
    {
      case: "options that say otherwise",
      params: { jobName: "j" },
      options: () => ({ path: "/else", auth: "a:b", method: "GET" }),
    },
  ])("with $case", async ({ path, credentials, params, options }) => {
    const { theirs, ours } = gateways(urlOf(path, credentials), options);
    for (const method of methods) {
      const found = await exchange(() => ours[method](params));
      expect(found).toEqual(await exchange(() => theirs[method](params)));
      expect(found).toMatchObject({ statusCode: 202, body: "thanks" });
    }
  });

  it("with an agent that keeps its connection", async () => {
    const agent = new Agent({ keepAlive: true });
    const { theirs, ours } = gateways(urlOf(), () => ({ agent }));
    for (const method of methods) {
      const found = await exchange(() => ours[method]({ jobName: "nightly" }));
      expect(found).toEqual(await exchange(() => theirs[method]({ jobName: "nightly" })));
    }
    expect(connections).toBe(1);
    agent.destroy();
  });

  it.each([400, 503])("if the answer is %i", async (status) => {
    answer = (_request, response) => response.writeHead(status).end("bad é metrics\n");
    const { theirs, ours } = gateways(urlOf());
    for (const method of methods) {
      const found = await exchange(() => ours[method]({ jobName: "nightly" }));
      expect(found).toEqual(await exchange(() => theirs[method]({ jobName: "nightly" })));
      expect(found).toMatchObject({ error: `Error: push failed with status ${status}, bad é metrics\n` });
    }
  });

  it("if nobody answers in time", async () => {
    answer = () => {};
    const { theirs, ours } = gateways(urlOf(), () => ({ timeout: 20 }));
    for (const method of methods) {
      const found = await exchange(() => ours[method]({ jobName: "nightly" }));
      expect(found).toEqual(await exchange(() => theirs[method]({ jobName: "nightly" })));
      expect(found).toMatchObject({ error: "Error: Pushgateway request timed out" });
    }
  });

  it("if nobody listens", async () => {
    const url = urlOf();
    server.close();
    await once(server, "close");
    const { theirs, ours } = gateways(url);
    for (const method of methods) {
      const found = await exchange(() => ours[method]({ jobName: "nightly" }));
      expect(found).toEqual(await exchange(() => theirs[method]({ jobName: "nightly" })));
      expect((found as { error: string }).error).toContain("ECONNREFUSED");
    }
  });

  it("if a job name is required and there is none: it throws at once", () => {
    const { theirs, ours } = gateways(urlOf());
    for (const method of methods) {
      for (const params of [undefined, {}, { jobName: "" }]) {
        expect(() => void ours[method](params)).toThrow("Missing jobName parameter");
        expect(() => void theirs[method](params)).toThrow("Missing jobName parameter");
      }
    }
  });
});

it("pushes over TLS, with the options of https", async () => {
  // A key that both know does without a certificate.
  const psk = Buffer.from("0123456789abcdef");
  const tls = { ciphers: "PSK", maxVersion: "TLSv1.2" as const };
  const bodies: string[] = [];
  const secure = createSecureServer({ ...tls, pskCallback: () => psk }, (request, response) => {
    let body = "";
    request.setEncoding("utf8").on("data", (chunk: string) => (body += chunk));
    request.on("end", () => {
      bodies.push(`${request.method} ${request.url}\n${body}`);
      response.end();
    });
  });
  await once(secure.listen(0, "127.0.0.1"), "listening");
  const { theirs, ours } = gateways(`https://127.0.0.1:${portOf(secure)}`, () => ({
    ...tls,
    pskCallback: () => ({ psk, identity: "me" }),
    checkServerIdentity: () => undefined,
  }));
  for (const gateway of [ours, theirs]) await gateway.push({ jobName: "nightly" });
  expect(bodies).toEqual(Array.from({ length: 2 }, () => `PUT /metrics/job/nightly\n${text}`));
  secure.closeAllConnections();
  secure.close();
});

it("pushes the default registry if it is given none, as prom-client does", () => {
  const theirs = new promClient.Pushgateway(urlOf()) as unknown as { readonly registry: unknown };
  expect(theirs.registry).toBe(promClient.register);
  expect(new Pushgateway(urlOf()).registry).toBe(register);
});

describe("what prom-client 15 does wrongly", () => {
  const pathOf = (result: unknown): string => / (\S+) /.exec((result as { sent: string }).sent)![1]!;

  it.each([
    { value: "a/b", path: "/metrics/job@base64/YS9i/instance@base64/YS9i" },
    { value: "..", path: "/metrics/job@base64/Li4/instance@base64/Li4" },
  ])("encodes $value so that the group is the one meant", async ({ value, path }) => {
    const { theirs, ours } = gateways(urlOf());
    const params = { jobName: value, groupings: { instance: value } };
    expect(pathOf(await exchange(() => ours.push(params)))).toBe(path);
    expect(pathOf(await exchange(() => theirs.push(params)))).not.toContain("base64");
  });

  it("has an empty value of a grouping as a segment", async () => {
    const { ours } = gateways(urlOf());
    const params = { jobName: "nightly", groupings: { instance: "" } };
    expect(pathOf(await exchange(() => ours.push(params)))).toBe("/metrics/job/nightly/instance@base64/=");
  });

  it("compresses after a delete, too, and by whichever case of the header", async () => {
    for (const name of ["Content-Encoding", "content-encoding"]) {
      const options = { headers: { [name]: "gzip" } };
      const ours = new Pushgateway(urlOf(), options, filled(Counter as never, new Registry()));
      let body = Buffer.alloc(0);
      server.prependListener("request", (request) => {
        body = Buffer.alloc(0);
        request.on("data", (chunk: Buffer) => (body = Buffer.concat([body, chunk])));
      });
      await ours.delete({ jobName: "nightly" });
      expect(options.headers).toEqual({ [name]: "gzip" });
      await ours.push({ jobName: "nightly" });
      expect(gunzipSync(body).toString()).toBe(text);
    }
  });

  it("rejects a URL without a scheme, instead of asking port 80 of this host", async () => {
    await expect(new Pushgateway("gateway").push({ jobName: "nightly" })).rejects.toThrow("Invalid URL");
  });

  it("opens no connection if a metric fails", async () => {
    const failing = { metrics: () => Promise.reject(new Error("no such thing")) };
    const ours = new Pushgateway(urlOf(), undefined, failing as never);
    await expect(ours.push({ jobName: "nightly" })).rejects.toThrow("no such thing");
    expect(connections).toBe(0);
  });

  it("rejects if the connection breaks in the middle of an answer", async () => {
    answer = (_request, response) => {
      response.writeHead(200, { "Content-Length": 100 }).write("th", () => response.destroy());
    };
    const { ours } = gateways(urlOf());
    await expect(ours.push({ jobName: "nightly" })).rejects.toThrow("aborted");
  });
});
