import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { EventEmitter, once } from "node:events";
import { createServer, type RequestListener, type Server } from "node:http";
import {
  type AddressInfo,
  connect,
  createServer as createTcpServer,
  type Server as TcpServer,
  type Socket,
} from "node:net";
import { Gauge, Registry } from "@exporterkit/client";
import { afterEach, describe, expect, it, vi } from "vitest";
import { type Exporter, startExporter } from "../server/exporter.ts";
import { defineProbe, type Probe, type ProbeOptions } from "./probe.ts";

let exporter: Exporter | undefined;
const servers: (Server | TcpServer)[] = [];
afterEach(async () => {
  await exporter?.stop();
  for (const server of servers.splice(0)) {
    if ("closeAllConnections" in server) server.closeAllConnections();
    server.close();
  }
});

const log = { debug: vi.fn(), info: vi.fn(), warn: vi.fn(), error: vi.fn() };

async function start(probes: readonly Probe[], options: Partial<ProbeOptions> = {}): Promise<Exporter> {
  for (const method of Object.values(log)) method.mockClear();
  const registry = new Registry();
  new Gauge({ name: "own", help: "Own.", registers: [registry] });
  exporter = await startExporter({
    collectors: [],
    registry,
    listenAddress: "127.0.0.1:0",
    logger: log,
    probe: { probes, targets: { allow: ["127.0.0.1", "*.example", "localhost"] }, ...options },
  });
  return exporter;
}

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener).listen(0, "127.0.0.1");
  servers.push(server);
  await once(server, "listening");
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

interface Answer {
  readonly status: number;
  readonly text: string;
  readonly headers: Headers;
}

async function ask(module: string, target: string, init: RequestInit = {}): Promise<Answer> {
  const query = new URLSearchParams({ module, target });
  const response = await fetch(`${exporter!.url}probe?${query.toString()}`, init);
  return { status: response.status, text: await response.text(), headers: response.headers };
}

/** What `probe_success` is. */
function success({ text }: Answer): string | undefined {
  return /^probe_success (\d)$/m.exec(text)?.[1];
}

/** A probe of one gauge. */
function probe(name: string, work: (target: string, signal: AbortSignal) => unknown = () => {}): Probe {
  return defineProbe({
    name,
    async probe(target, scrape) {
      scrape.gauge({ name: `${name}_value`, help: "A value." }).set(1);
      await work(target, scrape.signal);
    },
  });
}

/** A promise, with the function that resolves it. */
function gate(): { opened: Promise<unknown>; open: () => void } {
  const emitter = new EventEmitter();
  return { opened: once(emitter, "open"), open: () => void emitter.emit("open") };
}

const status = defineProbe({
  name: "status",
  async probe(target, scrape, context) {
    const response = await context.fetch(target.startsWith("http") ? target : `http://${target}/`);
    scrape.gauge({ name: "http_status", help: "Status." }).set(response.status);
  },
});

it("answers with the metrics of the probe and how it fared, and with nothing of its own", async () => {
  await start([status]);
  const target = await serve((_request, response) => response.writeHead(404).end());
  const answer = await ask("status", target);
  expect(answer.status).toBe(200);
  expect(answer.headers.get("content-type")).toBe("text/plain; version=0.0.4; charset=utf-8; escaping=underscores");
  expect(answer.text.replace(/(probe_duration_seconds) [\d.e-]+/, "$1 …")).toBe(`\
# HELP http_status Status.
# TYPE http_status gauge
http_status 404
# HELP probe_duration_seconds Returns how long the probe took to complete in seconds
# TYPE probe_duration_seconds gauge
probe_duration_seconds …
# HELP probe_success Displays whether or not the probe was a success
# TYPE probe_success gauge
probe_success 1
`);
  const metrics = await (await fetch(`${exporter!.url}metrics`)).text();
  expect(metrics).toContain("own 0");
  expect(metrics).not.toContain("http_status");
});

it("answers in the format and encoding that are asked for", async () => {
  const many = defineProbe({
    name: "a",
    probe(_target, scrape) {
      const value = scrape.gauge({ name: "a_value", help: "A value.", labelNames: ["label"] });
      for (let i = 0; i < 1000; i++) value.set({ label: String(i) }, i);
    },
  });
  await start([many]);
  const accept = "application/openmetrics-text; version=1.0.0";
  const { text, headers } = await ask("a", "a.example", { headers: { accept, "accept-encoding": "gzip" } });
  expect(headers.get("content-type")).toContain(accept);
  expect(headers.get("content-encoding")).toBe("gzip");
  expect(text).toMatch(/^a_value\{label="999"\} 999\n[^]*# EOF\n$/m);
  expect((await ask("a", "a.example", { method: "HEAD" })).text).toBe("");
  expect((await ask("a", "a.example", { method: "POST" })).status).toBe(405);
});

it("serves no probes unless they are set up", async () => {
  exporter = await startExporter({ collectors: [], registry: new Registry(), listenAddress: "127.0.0.1:0" });
  expect((await ask("a", "a.example")).status).toBe(404);
});

it("refuses a telemetry path, names, rules and limits that do not go", async () => {
  const options = { probes: [probe("a")], targets: { allow: ["a.example"] } };
  for (const [code, probes, telemetryPath] of [
    ["invalid_path", options, "/probe"],
    ["invalid_probe", { ...options, probes: [probe("a"), probe("a")] }],
    ["invalid_probe", { ...options, maxTargets: 0 }],
    ["invalid_probe", { ...options, maxProbes: NaN }],
    ["invalid_target_rule", { ...options, targets: { allow: ["10.0.0.1/8"] } }],
  ] as const) {
    const started = startExporter({ collectors: [], listenAddress: "127.0.0.1:0", probe: probes, telemetryPath });
    await expect(started).rejects.toMatchObject({ code });
  }
});

describe("a request", () => {
  it.each([
    ["", 400, "Parameter module is missing: ask for /probe?target=…&module=…, with one of a, b as module.\n"],
    ["target=a.example", 400, "Parameter module is missing"],
    ["module=&target=a.example", 400, "Parameter module is missing"],
    ["module=a&module=b&target=a.example", 400, "Parameter module is given more than once"],
    ["module=c&target=a.example", 400, 'Module "c" is unknown: use a, b.\n'],
    ["module=constructor&target=a.example", 400, 'Module "constructor" is unknown'],
    ["module=a", 400, "Parameter target is missing"],
    ["module=a&target=a.example&target=b.example", 400, "Parameter target is given more than once"],
    ["module=a&target=0x7f.1", 400, "write 127.0.0.1, if that is the host you mean.\n"],
    ["module=a&target=http://someone:hunter2@a.example/", 400, "it has a user name or password"],
    ["module=a&target=ftp://a.example/", 400, "write host, host:port or an http:// or https:// URL.\n"],
    ["module=a&target=b.org:80", 403, 'no rule allows it: add "b.org:80" to targets.allow, if it may be probed.\n'],
    ["module=a&target=10.0.0.1", 403, "10.0.0.1 is a private address"],
    ["module=a&target=[::1]:80", 403, "::1 is a loopback address"],
    ["module=a&target=169.254.169.254", 403, "169.254.169.254 is a link-local address"],
    ["module=a&target=http://[fd00:ec2::254]/latest?x", 403, "fd00:ec2::254 is a unique local address"],
    ["module=a&target=http://[64:ff9b::10.0.0.1]/", 403, "64:ff9b::a00:1 is a private address"],
  ])("for %s is answered %d, and nothing is probed", async (query, expected, sentence) => {
    const probed = vi.fn();
    await start([probe("a", probed), probe("b", probed)]);
    const response = await fetch(`${exporter!.url}probe?${query}`);
    const text = await response.text();
    expect(response.status).toBe(expected);
    expect(response.headers.get("content-type")).toBe("text/plain; charset=utf-8");
    expect(text).toContain(sentence);
    expect(text).not.toMatch(/hunter2|someone/);
    expect(probed).not.toHaveBeenCalled();
  });

  it("hands the target over as it was checked", async () => {
    const probed = vi.fn();
    await start([probe("a", probed)]);
    for (const target of ["A.example:080", "HTTP://a.example/b/../c?d#e"])
      expect((await ask("a", target)).status).toBe(200);
    expect(probed.mock.calls.map(([target]) => target as string)).toEqual(["a.example:80", "http://a.example/c?d#e"]);
  });
});

describe("a probe that fails", () => {
  it.each([
    [
      "throws",
      () => {
        throw new Error("no answer from http://someone:hunter2@a.example/?token=hunter2");
      },
    ],
    ["rejects", () => Promise.reject(new Error("no answer from http://someone:hunter2@a.example/?token=hunter2"))],
  ])("because it %s loses its metrics, and is logged once until it fails otherwise", async (_how, work) => {
    let works = false;
    await start([probe("a", () => works || work())]);
    for (let i = 0; i < 2; i++) {
      const answer = await ask("a", "http://a.example/?token=hunter2");
      expect([answer.status, success(answer)]).toEqual([200, "0"]);
      expect(answer.text).toMatch(/^probe_duration_seconds [\d.e-]+$/m);
      expect(answer.text).not.toContain("a_value");
    }
    const entry = { module: "a", target: "http://a.example/", error: "no answer from …@a.example/?…" };
    expect(log.warn.mock.calls).toEqual([[entry, "probe failed"]]);
    expect(log.debug.mock.calls).toEqual([[entry, "probe failed"]]);
    works = true;
    expect(success(await ask("a", "http://a.example/?token=hunter2"))).toBe("1");
    works = false;
    await ask("a", "http://a.example/?token=hunter2");
    expect(log.warn).toHaveBeenCalledTimes(2);
  });

  it("because a redirect leads to a private address says so to the log", async () => {
    await start([status]);
    const target = await serve((_request, response) => response.writeHead(302, { Location: "http://10.0.0.1/" }).end());
    expect(success(await ask("status", target))).toBe("0");
    expect(log.warn.mock.calls[0]![0]).toEqual({
      module: "status",
      target,
      error:
        'Target http://10.0.0.1/ is refused because 10.0.0.1 is a private address: add "10.0.0.1", or a range within 10.0.0.0/8, to targets.allow, if it may be probed.',
    });
  });

  it("because its name resolves to a loopback address that is not allowed does not reach it", async () => {
    const requested = vi.fn();
    const target = await serve(requested);
    await start([status], { targets: { allow: ["localhost"] } });
    expect(success(await ask("status", target.replace("127.0.0.1", "localhost")))).toBe("0");
    expect(log.warn.mock.calls[0]![0]).toMatchObject({
      error: expect.stringContaining("is a loopback address") as string,
    });
    expect(requested).not.toHaveBeenCalled();
  });

  it("because it takes a name that is the exporter's loses its metrics", async () => {
    await start([
      defineProbe({
        name: "a",
        probe: (_target, scrape) => scrape.gauge({ name: "probe_success", help: "Mine." }).set(1),
      }),
    ]);
    expect(success(await ask("a", "a.example"))).toBe("0");
    expect(log.warn).toHaveBeenCalledOnce();
  });

  it("because its target is slow is given up at the scrape's deadline, and its connection closed", async () => {
    await start([status]);
    const closed = gate();
    const target = await serve((request) => request.once("close", closed.open));
    const answer = await ask("status", target, { headers: { "x-prometheus-scrape-timeout-seconds": "0.4" } });
    expect([answer.status, success(answer)]).toEqual([200, "0"]);
    expect(log.warn.mock.calls).toEqual([
      [{ module: "status", target, error: "not done within the scrape's 0.2 s" }, "probe failed"],
    ]);
    await closed.opened;
  });
});

it("cuts off what a probe leaves open when it ends", async () => {
  const closed = gate();
  const target = await serve((_request, response) => {
    response.write("x");
    response.once("close", closed.open);
  });
  await start([status]);
  expect(success(await ask("status", target))).toBe("1");
  await closed.opened;
});

it("connects the sockets of a probe to allowed addresses only", async () => {
  const server = createTcpServer((socket) => socket.resume().end("hello")).listen(0, "127.0.0.1");
  servers.push(server);
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const banner = defineProbe({
    name: "banner",
    async probe(target, scrape, { connectGuard }) {
      const [host, at] = target.split(":") as [string, string];
      const [data] = (await once(connect(connectGuard(host, Number(at))), "data", { signal: scrape.signal })) as [
        Buffer,
      ];
      scrape.gauge({ name: "banner_bytes", help: "Bytes." }).set(data.length);
    },
  });
  await start([banner], { targets: { allow: ["localhost", "127.0.0.1", "::1"] } });
  expect((await ask("banner", `localhost:${port}`)).text).toContain("banner_bytes 5\n");
  await exporter!.stop();
  await start([banner], { targets: { allow: ["localhost"] } });
  expect(success(await ask("banner", `localhost:${port}`))).toBe("0");
});

describe("probes at the same time", () => {
  /** Resolves when the exporter has got that many requests. */
  async function requests(count: number): Promise<void> {
    const channel = "http.server.request.start";
    const { port } = new URL(exporter!.url);
    await new Promise<void>((resolve) => {
      const listener = (message: unknown): void => {
        const { socket } = message as { socket: Socket };
        if (socket.localPort !== Number(port) || --count > 0) return;
        unsubscribe(channel, listener);
        // The last is handled once those that listen have heard of it.
        setImmediate(resolve);
      };
      subscribe(channel, listener);
    });
  }

  it("of one target by one module are one", async () => {
    const finish = gate();
    const probed = vi.fn(() => finish.opened);
    await start([probe("a", probed), probe("b")]);
    const all = requests(100);
    const answers = Array.from({ length: 100 }, () => ask("a", "a.example:80"));
    await all;
    expect(success(await ask("b", "a.example:80"))).toBe("1");
    finish.open();
    for (const answer of await Promise.all(answers)) {
      expect([answer.status, success(answer)]).toEqual([200, "1"]);
      expect(answer.text).toContain("a_value 1");
    }
    expect(probed).toHaveBeenCalledOnce();
    expect(success(await ask("a", "a.example:80"))).toBe("1");
    expect(probed).toHaveBeenCalledTimes(2);
  });

  it("go on for the one that has time when that of another is up", async () => {
    const begun = gate();
    const finish = gate();
    const signals: AbortSignal[] = [];
    await start([
      probe("a", (_target, signal) => {
        signals.push(signal);
        begun.open();
        return finish.opened;
      }),
    ]);
    const patient = ask("a", "a.example");
    await begun.opened;
    const hurry = { headers: { "x-prometheus-scrape-timeout-seconds": "0.1" } };
    expect(success(await ask("a", "a.example", hurry))).toBe("0");
    expect(signals.map(({ aborted }) => aborted)).toEqual([false]);
    finish.open();
    expect(success(await patient)).toBe("1");
  });

  it("are not joined once they were late for one, so that one that hangs is over though requests always overlap", async () => {
    const begun = gate();
    let calls = 0;
    await start([
      probe("a", async (_target, signal) => {
        if (++calls > 1) return;
        begun.open();
        await once(signal, "abort");
        signal.throwIfAborted();
      }),
    ]);
    const within = (seconds: string): RequestInit => ({ headers: { "x-prometheus-scrape-timeout-seconds": seconds } });
    const patient = ask("a", "a.example", within("1"));
    await begun.opened;
    expect(success(await ask("a", "a.example", within("0.1")))).toBe("0");
    expect(success(await ask("a", "a.example"))).toBe("1");
    expect(success(await patient)).toBe("0");
  });

  it("end when no client waits any more, which is no failure", async () => {
    const begun = gate();
    const aborted = gate();
    await start([
      probe("a", async (_target, signal) => {
        begun.open();
        await once(signal, "abort");
        aborted.open();
        signal.throwIfAborted();
      }),
    ]);
    const client = new AbortController();
    const left = ask("a", "a.example", { signal: client.signal });
    await begun.opened;
    client.abort();
    await expect(left).rejects.toThrow();
    await aborted.opened;
    expect(success(await ask("a", "a.example", { headers: { "x-prometheus-scrape-timeout-seconds": "0.1" } }))).toBe(
      "0",
    );
    expect(log.warn.mock.calls.map(([{ error }]) => error as string)).toEqual(["not done within the scrape's 0.05 s"]);
  });

  it("are limited", async () => {
    const finish = gate();
    const begun = gate();
    await start(
      [
        probe("a", (target) => {
          if (target !== "a.example") return undefined;
          begun.open();
          return finish.opened;
        }),
      ],
      { maxProbes: 1 },
    );
    const held = ask("a", "a.example");
    await begun.opened;
    const refused = await ask("a", "b.example");
    expect([refused.status, refused.text]).toEqual([503, "1 probes are running already; try again later.\n"]);
    finish.open();
    expect(success(await held)).toBe("1");
    expect(success(await ask("a", "b.example"))).toBe("1");
  });

  it("are limited also where they come at once", async () => {
    const finish = gate();
    let running = 0;
    const probing = (): unknown => (running++, finish.opened);
    await start([probe("a", probing)], { maxProbes: 3 });
    const codes: number[] = [];
    const answers = Array.from({ length: 20 }, async (_, i) => codes.push((await ask("a", `${i % 5}.example`)).status));
    await vi.waitFor(() => expect(codes).toEqual(Array.from({ length: 8 }, () => 503)), 10_000);
    await vi.waitFor(() => expect(running).toBe(3), 10_000);
    finish.open();
    await Promise.all(answers);
    expect(codes.slice(8)).toEqual(Array.from({ length: 12 }, () => 200));
  });

  it("wait for one that does not end at its deadline, and do not run beside it", async () => {
    const finish = gate();
    let running = 0;
    let most = 0;
    let hangs = true;
    await start([
      probe("a", async () => {
        most = Math.max(most, ++running);
        if (hangs) await finish.opened;
        running--;
      }),
    ]);
    const hurry = { headers: { "x-prometheus-scrape-timeout-seconds": "0.1" } };
    expect(success(await ask("a", "a.example", hurry))).toBe("0");
    expect(success(await ask("a", "a.example", hurry))).toBe("0");
    expect(log.warn.mock.calls.map(([{ error }]) => error as string)).toEqual([
      "not done within the scrape's 0.05 s",
      "the probe before it goes on, though its time is up: have the module heed scrape.signal",
    ]);
    const all = requests(1);
    const waiting = ask("a", "a.example");
    await all;
    expect(running).toBe(1);
    hangs = false;
    finish.open();
    expect(success(await waiting)).toBe("1");
    expect(most).toBe(1);
  });
});

describe("the state of a target", () => {
  class Count {
    readonly target: string;
    probes = 0;
    closed = 0;
    constructor(target: string) {
      this.target = target;
    }
    close(): void {
      this.closed++;
    }
  }

  it("stays from one probe to the next, is another's for no other target or module, and goes in the end", async () => {
    const states: Count[] = [];
    const counting = (name: string): Probe =>
      defineProbe<Count>({
        name,
        createState(target) {
          const state = new Count(`${name} ${target}`);
          states.push(state);
          return state;
        },
        probe(_target, scrape, { state }) {
          scrape.gauge({ name: "probes", help: "Probes." }).set(++state.probes);
        },
      });
    await start([counting("a"), counting("b")], { maxTargets: 2 });
    const probes = async (module: string, target: string): Promise<string | undefined> =>
      /^probes (\d+)$/m.exec((await ask(module, target)).text)?.[1];
    expect(await probes("a", "x.example")).toBe("1");
    expect(await probes("a", "X.example")).toBe("2");
    expect(await probes("b", "x.example")).toBe("1");
    expect(await probes("a", "x.example")).toBe("3");
    // Takes the place of b's.
    expect(await probes("a", "y.example")).toBe("1");
    expect(states.map(({ target, closed }) => [target, closed])).toEqual([
      ["a x.example", 0],
      ["b x.example", 1],
      ["a y.example", 0],
    ]);
    expect(await probes("a", "x.example")).toBe("4");
    expect(await probes("b", "x.example")).toBe("1");
    await exporter!.stop();
    expect(states.map(({ closed }) => closed)).toEqual([1, 1, 1, 1]);
  });

  it("is an empty object unless the probe makes one, and made anew where that failed", async () => {
    let fails = true;
    const plain = defineProbe({
      name: "plain",
      probe(_target, scrape, { state }) {
        const last = (state["last"] as number | undefined) ?? 0;
        state["last"] = last + 1;
        scrape.gauge({ name: "last", help: "Last." }).set(last);
      },
    });
    const failing = defineProbe<{ value: number }>({
      name: "failing",
      createState() {
        if (fails) throw new Error("not yet");
        return { value: 7 };
      },
      probe: (_target, scrape, { state }) => scrape.gauge({ name: "value", help: "Value." }).set(state.value),
    });
    await start([plain, failing]);
    await ask("plain", "a.example");
    expect((await ask("plain", "a.example")).text).toContain("\nlast 1\n");
    expect(success(await ask("failing", "a.example"))).toBe("0");
    fails = false;
    expect((await ask("failing", "a.example")).text).toContain("\nvalue 7\n");
  });
});

describe("a probe that says what it may probe", () => {
  it("by names has these and no other, letter by letter", async () => {
    const asked: string[] = [];
    await start([{ ...probe("a", (target) => asked.push(target)), targets: { names: ["Main DB", "b"] } }, probe("c")]);
    expect(success(await ask("a", "Main DB"))).toBe("1");
    for (const target of ["main db", "127.0.0.1", "b/", "Main DB "]) {
      const { status: code, text } = await ask("a", target);
      expect({ code, text }).toEqual({
        code: 403,
        text: "The target is refused because none is called so: give the name of a target as the configuration has it.\n",
      });
    }
    expect((await ask("c", "b")).status).toBe(403);
    expect(asked).toEqual(["Main DB"]);
  });

  it("by names fetches nothing", async () => {
    await start([{ ...status, targets: { names: ["127.0.0.1"] } }]);
    expect(success(await ask("status", "127.0.0.1"))).toBe("0");
    expect(JSON.stringify(log.warn.mock.calls)).toContain("is refused because 127.0.0.1 is a loopback address");
  });

  it("by rules is held to its own, and others are not", async () => {
    await start([{ ...probe("a"), targets: { allow: ["127.0.0.2"] } }, probe("b")]);
    const codes = async (module: string): Promise<number[]> =>
      await Promise.all(["127.0.0.1", "127.0.0.2"].map(async (target) => (await ask(module, target)).status));
    expect(await codes("a")).toEqual([403, 200]);
    expect(await codes("b")).toEqual([200, 403]);
  });

  it("is all that is probed where the exporter has no rules", async () => {
    await start([probe("a"), { ...probe("b"), targets: { names: ["b"] } }], { targets: undefined });
    expect((await ask("a", "127.0.0.1")).status).toBe(403);
    expect((await ask("b", "b")).status).toBe(200);
  });
});

it("tells the probe how long it has", async () => {
  const seconds: number[] = [];
  const asking = probe("a");
  await start([{ ...asking, probe: (_target, scrape) => void seconds.push(scrape.secondsLeft) }]);
  await ask("a", "127.0.0.1", { headers: { "X-Prometheus-Scrape-Timeout-Seconds": "30" } });
  expect(seconds[0]).toBeGreaterThan(20);
  expect(seconds[0]).toBeLessThanOrEqual(29.5);
});

describe("a probe that takes parameters", () => {
  it("is given those, and runs once for each of them", async () => {
    const { opened, open } = gate();
    let runs = 0;
    const taking = defineProbe({
      name: "taking",
      parameters: ["site", "empty"],
      async probe(_, scrape, { parameters }) {
        runs++;
        await opened;
        scrape
          .info({ name: "given_info", help: "Given.", labelNames: ["all"] })
          .set({ all: JSON.stringify([...parameters]) });
      },
    });
    await start([taking]);
    const url = `${exporter!.url}probe?module=taking&target=a.example`;
    const answers = ["&site=x&other=1", "&site=x&other=2", "&empty=", ""].map(
      async (rest) => await (await fetch(url + rest)).text(),
    );
    await vi.waitFor(() => expect(runs).toBe(3), 10_000);
    open();
    const all = (await Promise.all(answers)).map((text) =>
      /^given_info\{all="(.*)"\} 1$/m.exec(text)?.[1]?.replaceAll("\\", ""),
    );
    expect(all).toEqual(['[["site","x"]]', '[["site","x"]]', '[["empty",""]]', "[]"]);
    const twice = await fetch(`${url}&site=a&site=b`);
    expect([twice.status, await twice.text()]).toEqual([
      400,
      "Parameter site is given more than once: give it once.\n",
    ]);
  });

  it("can ask whether it may fetch a URL", async () => {
    const asking = defineProbe({
      name: "asking",
      probe: (target, _, { checkUrl }) => checkUrl(new URL(`http://${target}/`)),
    });
    const other = defineProbe({ name: "other", probe: (_, __, { checkUrl }) => checkUrl(new URL("http://10.0.0.1/")) });
    await start([asking, other]);
    expect(success(await ask("asking", "a.example"))).toBe("1");
    expect(success(await ask("other", "a.example"))).toBe("0");
    expect(JSON.stringify(log.warn.mock.calls)).toContain("Target http://10.0.0.1/ is refused");
  });
});
