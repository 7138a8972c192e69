import { gzipSync } from "node:zlib";
import { generate } from "selfsigned";
import { afterEach, describe, expect, it, vi } from "vitest";
import { configureJson, type ConfiguredJson } from "./fixtures/collect-json.ts";
import { closeServers, serveJson } from "./fixtures/json-server.ts";

let json: ConfiguredJson | undefined;
afterEach(async () => {
  await json?.stop();
  json = undefined;
  closeServers();
  vi.useRealTimers();
});

const bomb = gzipSync(Buffer.alloc(50_000_000, 32));

interface Hostile {
  /** How long requests to it may take. */
  readonly timeout?: string;
  /** How long expressions may take. */
  readonly evaluation?: string;
  /** More of its module. */
  readonly api?: string;
}

/** A target that is hostile, beside one that is well. Returns the series, and what was logged of the hostile one. */
async function beside(
  origin: string,
  { timeout = "15s", evaluation = "10s", api = "" }: Hostile = {},
): Promise<{ lines: string[]; log: string; seconds: number }> {
  const good = await serveJson({ n: 1 });
  const metrics = "metrics: [{ name: n, help: N., value: n, labels: { s: { value: s, optional: true } } }]";
  json = await configureJson(`
modules:
  good: { ${metrics}, timeout: 15s }
  bad: { ${metrics}, timeout: ${timeout}${api} }
targets:
  - { module: good, url: ${good.origin}, fixed_labels: { from: good } }
  - { module: bad, url: "${origin}/secret?key=sesame", fixed_labels: { from: bad } }
evaluation: { timeout: ${evaluation} }`);
  const start = performance.now();
  const lines = await json.lines(20);
  expect(lines).toContain('n{from="good"} 1');
  expect(lines).toContain('json_target_up{target="good",module="good"} 1');
  const log = json.log.join("\n");
  expect(log).not.toContain("sesame");
  expect(log).not.toContain('"target":"good"');
  return { lines, log, seconds: (performance.now() - start) / 1000 };
}

describe("a server that", () => {
  it.each<[string, Parameters<typeof serveJson>[0], string]>([
    ["never answers", () => {}, "not done within 1.5 s; set timeout"],
    [
      "never ends its headers",
      (request) => void request.socket.write("HTTP/1.1 200 OK\r\nX-A: b\r\n"),
      "not done within 1.5 s",
    ],
    [
      "sends a byte now and then",
      (_, response) => {
        const timer = setInterval(() => response.write(" "), 50);
        response.on("close", () => clearInterval(timer));
      },
      "not done within 1.5 s",
    ],
    [
      "sends without end",
      (_, response) => {
        const more = (): void => {
          while (!response.destroyed && response.write(Buffer.alloc(65_536, 32)));
        };
        response.on("drain", more);
        more();
      },
      "the body is larger than the 10485760 bytes that max_body_size leaves it; set that, if it has to be",
    ],
    [
      "sends headers without end",
      (request) => {
        const more = (): void =>
          void (request.socket.destroyed || request.socket.write(`X-A: ${"b".repeat(1000)}\r\n`, more));
        request.socket.write("HTTP/1.1 200 OK\r\n", more);
      },
      "Headers Overflow",
    ],
    [
      "sends a gzip bomb",
      (_, response) => {
        response.setHeader("content-encoding", "gzip").end(bomb);
      },
      "the body is larger than the 10485760 bytes",
    ],
    [
      "sends what is no gzip",
      (_, response) => {
        response.setHeader("content-encoding", "gzip").end("{}");
      },
      "incorrect header check",
    ],
    [
      "encodes as nobody knows",
      (_, response) => {
        response.setHeader("content-encoding", "rot13").end("{}");
      },
      'encoded as \\"rot13\\", which is not known',
    ],
    ["closes the connection", (request) => void request.socket.destroy(), "other side closed"],
    [
      "closes it amid the body",
      (_, response) => {
        response.setHeader("content-length", "100").write('{"n":');
        setTimeout(() => response.destroy(), 20);
      },
      "other side closed",
    ],
    [
      "sends half a document",
      (_, response) => response.end('{"n":'),
      "the body is not JSON: Unexpected end of JSON input",
    ],
    ["speaks no HTTP", (request) => void request.socket.end("SSH-2.0-OpenSSH\r\n"), "Response does not match"],
    [
      "says that all is wrong",
      (_, response) => response.writeHead(503).end("x".repeat(100_000)),
      "was answered with status 503",
    ],
    [
      "nests deeply",
      (_, response) => response.end(`${"[".repeat(200_000)}${"]".repeat(200_000)}`),
      "Maximum call stack size exceeded",
    ],
    [
      "has a huge label",
      (_, response) => response.end(`{"n":1,"s":"${"x".repeat(5000)}"}`),
      "a value has 5000 characters, more than 1024",
    ],
    [
      "sends to another origin",
      (_, response) => response.writeHead(302, { location: "http://169.254.169.254/latest" }).end(),
      "redirects to another origin, http://169.254.169.254; set url to there",
    ],
    [
      "sends to a file",
      (_, response) => response.writeHead(302, { location: "file:///etc/passwd" }).end(),
      "redirects to another origin",
    ],
    [
      "sends round in circles",
      (_, response) => response.writeHead(302, { location: "/secret" }).end(),
      "redirected 6 times",
    ],
  ])("%s costs its own metrics alone", async (name, listener, error) => {
    const { origin } = await serveJson(listener);
    const isSlow = error.startsWith("not done");
    const { lines, log, seconds } = await beside(origin, isSlow ? { timeout: "1500ms" } : {});
    expect(log).toContain(error);
    expect(log).toContain('"target":"bad"');
    expect(lines.filter((line) => /^n\{.*"bad"/.test(line))).toEqual([]);
    const isRead = name === "nests deeply" || name === "has a huge label";
    expect(lines).toContain(`json_target_up{target="bad",module="bad"} ${isRead ? 1 : 0}`);
    expect(lines).toContain(`json_target_failed_metrics{target="bad",module="bad"} ${isRead ? 1 : 0}`);
    expect(seconds).toBeLessThan(15);
  });

  it("does not answer within a scrape is told from an exporter that does not", async () => {
    const { origin } = await serveJson(() => {});
    const metrics = "metrics: [{ name: n, help: N., value: n }]";
    json = await configureJson(`modules: { bad: { ${metrics} } }\ntargets: [{ module: bad, url: "${origin}" }]`);
    // What the scrape has left is told to the hundredth, and not how long this machine took to come to it.
    vi.useFakeTimers({ toFake: ["performance"] });
    expect(await json.lines(2.0123)).toContain('json_target_up{target="bad",module="bad"} 0');
    expect(json.log.join()).toContain(
      "not done within 1.61 s; the scrape has no more time; set Prometheus's scrape_timeout",
    );
  });

  it("sends texts that are no Unicode has them mended", async () => {
    const document = String.raw`{"n":1,"s":"\ud800 \" \n \\"}`;
    const { origin } = await serveJson((_, response) => response.end(document));
    const { lines } = await beside(origin);
    expect(lines).toContain(String.raw`n{from="bad",s="� \" \n \\"} 1`);
  });

  it("shows a certificate that nobody vouches for costs its own metrics alone", async () => {
    const { private: key, cert } = await generate([{ name: "commonName", value: "127.0.0.1" }], { keyType: "ec" });
    const { origin, requests } = await serveJson({ n: 1 }, { key, cert });
    const { lines, log } = await beside(origin);
    expect(log).toContain("self-signed certificate");
    expect(lines).toContain('json_target_up{target="bad",module="bad"} 0');
    expect(requests).toEqual([]);
  });

  it("is not there costs its own metrics alone", async () => {
    const gone = await serveJson({});
    gone.close();
    const { lines, log } = await beside(gone.origin);
    expect(log).toContain("/secret: connect ECONNREFUSED");
    expect(lines).toContain('json_target_up{target="bad",module="bad"} 0');
    expect(lines.some((line) => line.startsWith('json_response_status_code{target="bad"'))).toBe(false);
  });

  it("has a regular expression hang costs its own metrics alone, in each scrape", async () => {
    const { origin } = await serveJson({ n: 1, s: `${"a".repeat(60)}b` });
    const hanging = ', requests: [{ metrics: [{ name: hangs, help: H., value: "$contains(s, /(a+)+$/) ? 1 : 0" }] }]';
    const { lines, log } = await beside(origin, { evaluation: "500ms", api: hanging });
    expect(log).toContain("the expressions took longer than 0.5 s");
    expect(lines).toContain('json_target_up{target="bad",module="bad"} 0');
    expect(await json!.lines(20)).toContain('n{from="good"} 1');
  });
});

it("many requests at once share few connections, and are no leak that Node.js warns of", async () => {
  const warnings: unknown[] = [];
  const note = (warning: Error): void => void warnings.push(warning.message);
  process.on("warning", note);
  const ports = new Set<number>();
  const { origin } = await serveJson(({ socket }, response) => {
    ports.add(socket.remotePort!);
    response.end('{"n":1}');
  });
  const request = (i: number): string => `{ metrics: [{ name: n${i}, help: N., value: n }] }`;
  const requests = Array.from({ length: 30 }, (_, i) => request(i)).join(", ");
  json = await configureJson(
    `modules: { api: { requests: [${requests}] } }\ntargets: [{ module: api, url: "${origin}" }]`,
  );
  expect(await json.lines()).toContain("n29 1");
  // Warnings come with the next turn.
  await new Promise((resolve) => setImmediate(resolve));
  process.removeListener("warning", note);
  expect(warnings).toEqual([]);
  expect(ports.size).toBe(4);
});

describe("connections", () => {
  it("are kept from scrape to scrape, and made anew where the server closed them", async () => {
    const ports = new Set<number>();
    const { origin, server } = await serveJson((request, response) => {
      ports.add(request.socket.remotePort!);
      response.end('{"n":1}');
    });
    server.keepAliveTimeout = 60_000;
    await beside(origin);
    await json!.lines();
    expect(ports.size).toBe(1);
    server.closeIdleConnections();
    expect(await json!.lines()).toContain('n{from="bad"} 1');
    expect(ports.size).toBe(2);
  });

  it("that are reset as a request comes are tried once more", async () => {
    let requests = 0;
    const { origin } = await serveJson((request, response) => {
      if (++requests % 2 === 0) request.socket.resetAndDestroy();
      else response.end('{"n":1}');
    });
    const { lines } = await beside(origin);
    expect(lines).toContain('n{from="bad"} 1');
    expect(await json!.lines()).toContain('n{from="bad"} 1');
    expect(requests).toBe(3);
  });

  it("end with the scrape", async () => {
    const { origin, server } = await serveJson(() => {});
    await beside(origin, { timeout: "1500ms" });
    await expect
      .poll(async () => await new Promise((resolve) => server.getConnections((_, count) => resolve(count))))
      .toBe(0);
  });
});
