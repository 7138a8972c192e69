import { EventEmitter, once } from "node:events";
import { connect } from "node:net";
import { Gauge, Registry } from "@exporterkit/client";
import { afterEach, describe, expect, it, vi } from "vitest";
import type { Collector } from "../scrape/collector.ts";
import { type Exporter, type ExporterOptions, startExporter } from "./exporter.ts";

let exporter: Exporter | undefined;
afterEach(async () => exporter?.stop());

async function start(options: Partial<ExporterOptions> = {}): Promise<Exporter> {
  exporter = await startExporter({
    collectors: [],
    registry: new Registry(),
    listenAddress: "127.0.0.1:0",
    ...options,
  });
  return exporter;
}

/** A collector of one gauge, whose `collect` runs `work` first. */
function collector(name: string, work: (signal: AbortSignal) => unknown = () => {}): Collector {
  return {
    name,
    async collect(scrape) {
      scrape.gauge({ name: `${name}_value`, help: "A value." }).set(1);
      await work(scrape.signal);
    },
  };
}

/** A promise, with the function that resolves it. */
function gate(): { opened: Promise<unknown>; open: () => void } {
  const emitter = new EventEmitter();
  return { opened: once(emitter, "open"), open: () => void emitter.emit("open") };
}

it("serves what its collectors collect, with how they fared and its own metrics", async () => {
  const own = new Registry();
  new Gauge({ name: "own", help: "Own.", registers: [own] });
  const { url } = await start({ collectors: [collector("a"), collector("b")], registry: own });
  const response = await fetch(`${url}metrics`);
  expect(response.status).toBe(200);
  expect(response.headers.get("content-type")).toBe("text/plain; version=0.0.4; charset=utf-8; escaping=underscores");
  const text = await response.text();
  for (const line of ["a_value 1", "b_value 1", "own 0", 'exporterkit_collector_success{collector="a"} 1']) {
    expect(text).toContain(`${line}\n`);
  }
  expect(text).toMatch(/^exporterkit_collector_duration_seconds\{collector="b"\} [\d.e-]+$/m);
});

it("shares the registry of its own metrics with exporters before and beside it", async () => {
  const registry = new Registry();
  const before = await start({ registry });
  await before.stop();
  const { url } = await start({ registry });
  const beside = await startExporter({ collectors: [], registry, listenAddress: "127.0.0.1:0" });
  for (const each of [url, beside.url]) {
    expect(await (await fetch(`${each}metrics`)).text()).toContain("exporterkit_config_last_reload_successful 1\n");
  }
  await beside.stop();
});

it("brings the metrics of its own process along without asking", async () => {
  exporter = await startExporter({ collectors: [], listenAddress: "127.0.0.1:0" });
  const text = await (await fetch(`${exporter.url}metrics`)).text();
  expect(text).toContain("process_cpu_seconds_total ");
  expect(text).toContain("exporterkit_build_info{");
});

it("loses only the metrics of a collector that throws or rejects, and the family that clashes, and logs why", async () => {
  const error = vi.fn();
  const clash: Collector = {
    name: "clash",
    collect(scrape) {
      scrape.counter({ name: "fine_value", help: "Taken." });
      scrape.gauge({ name: "clash_other", help: "Stays." }).set(1);
    },
  };
  const own = new Registry();
  new Gauge({ name: "own_value", help: "Own.", registers: [own] });
  const { url } = await start({
    registry: own,
    logger: { debug() {}, info() {}, warn() {}, error },
    collectors: [
      collector("fine"),
      collector("rejects", () => Promise.reject(new Error("no answer"))),
      {
        name: "throws",
        collect: () => {
          throw new TypeError("oops");
        },
      },
      clash,
      collector("own"),
    ],
  });
  const text = await (await fetch(`${url}metrics`)).text();
  const success = Array.from(
    text.matchAll(/^exporterkit_collector_success\{collector="(\w+)"\} (\d)$/gm),
    ([, name, value]) => [name, value],
  );
  expect(success).toEqual([
    ["fine", "1"],
    ["rejects", "0"],
    ["throws", "0"],
    ["clash", "0"],
    ["own", "0"],
  ]);
  expect(text).toContain("fine_value 1");
  expect(text).not.toContain("rejects_value");
  expect(text).toContain("\nclash_other 1\n");
  expect(error.mock.calls.map(([fields]) => fields as object)).toEqual([
    { collector: "rejects", error: "no answer" },
    { collector: "throws", error: "oops" },
    {
      collector: "clash",
      family: "fine_value",
      clashesWith: "fine",
      error:
        "fine_value: its type is counter, but gauge in another collector; make them the same, or choose another name",
    },
    {
      collector: "own",
      family: "own_value",
      clashesWith: "the exporter itself",
      error: "own_value: the exporter itself has a metric of that name; choose another",
    },
  ]);
});

it("answers 500 without details when nothing could be collected", async () => {
  const error = vi.fn();
  const collectors = [collector("a", () => Promise.reject(new Error("secret")))];
  const { url } = await start({ collectors, logger: { debug() {}, info() {}, warn() {}, error } });
  for (let i = 0; i < 3; i++) {
    const response = await fetch(`${url}metrics`);
    expect(response.status).toBe(500);
    expect(await response.text()).toBe("Failed; the log says why.\n");
  }
  expect(error.mock.calls).toEqual([[{ collector: "a", error: "secret" }, "collector failed"]]);
});

it("gives up on a collector at the scrape's deadline and tells it so", async () => {
  const hung = gate();
  let aborted: AbortSignal | undefined;
  const { url } = await start({
    collectors: [
      collector("fine"),
      collector("hangs", (signal) => {
        aborted = signal;
        return hung.opened;
      }),
    ],
  });
  const response = await fetch(`${url}metrics`, { headers: { "X-Prometheus-Scrape-Timeout-Seconds": "0.2" } });
  const text = await response.text();
  expect(text).toContain('exporterkit_collector_success{collector="hangs"} 0');
  expect(text).toContain("fine_value 1");
  expect(aborted?.reason).toEqual(new Error("not done within the scrape's 0.1 s"));
  hung.open();
});

it("keeps nothing from one scrape to the next", async () => {
  let rooms = ["kitchen", "hall"];
  const { url } = await start({
    collectors: [
      {
        name: "rooms",
        collect(scrape) {
          const gauge = scrape.gauge({ name: "room", help: "A room.", labelNames: ["name"] });
          for (const name of rooms) gauge.set({ name }, 1);
        },
      },
    ],
  });
  expect(await (await fetch(`${url}metrics`)).text()).toContain('room{name="kitchen"} 1\nroom{name="hall"} 1');
  rooms = ["hall"];
  expect(await (await fetch(`${url}metrics`)).text()).not.toContain("kitchen");
});

it("answers 503 when too many scrapes run", async () => {
  const entered = gate();
  const held = gate();
  const { url } = await start({
    maxScrapes: 1,
    collectors: [
      collector("slow", () => {
        entered.open();
        return held.opened;
      }),
    ],
  });
  const first = fetch(`${url}metrics`);
  await entered.opened;
  expect((await fetch(`${url}metrics`)).status).toBe(503);
  held.open();
  expect((await first).status).toBe(200);
  // A scrape is over when its answer has been sent, a moment after the client has its beginning.
  await expect.poll(async () => (await fetch(`${url}metrics`)).status).toBe(200);
});

it("answers health, readiness, unknown paths and other methods", async () => {
  const { url } = await start();
  expect(await (await fetch(`${url}-/healthy`)).text()).toBe("Healthy.\n");
  expect((await fetch(`${url}-/ready`)).status).toBe(200);
  const unknown = await fetch(`${url}nothing?here`);
  expect(unknown.status).toBe(404);
  expect(await unknown.text()).toBe("Not found. This server has /, /sd, /-/healthy, /-/ready, /-/reload, /metrics.\n");
  for (const method of ["POST", "PUT", "DELETE", "OPTIONS"]) {
    const refused = await fetch(`${url}metrics`, { method });
    expect([refused.status, refused.headers.get("allow")]).toEqual([405, "GET, HEAD"]);
  }
  const head = await fetch(`${url}metrics?x=y`, { method: "HEAD" });
  expect(head.status).toBe(200);
  expect(Number(head.headers.get("content-length"))).toBeGreaterThan(0);
});

it("serves the metrics at / if that is asked for, and its page elsewhere", async () => {
  const { url } = await start({ telemetryPath: "/" });
  expect(await (await fetch(url)).text()).toContain("# TYPE ");
  expect(await (await fetch(`${url}-/page/`)).text()).toContain('<a href="../../">/</a>');
});

it("tells nothing of its process, its runtime and its scrapes if that is asked for", async () => {
  const { url } = await start({ exporterMetrics: false, registry: undefined });
  await fetch(`${url}metrics`);
  const text = await (await fetch(`${url}metrics`)).text();
  expect(text).toContain("exporterkit_build_info");
  expect(text).not.toMatch(/^(?:process_|nodejs_|exporterkit_scrapes)/m);
});

it("has no page if that is asked for", async () => {
  const { url } = await start({ page: false });
  const answer = await fetch(url);
  expect(answer.status).toBe(404);
  expect(await answer.text()).toBe("Not found. This server has /sd, /-/healthy, /-/ready, /-/reload, /metrics.\n");
});

it("escapes what it puts into its landing page", async () => {
  const { url } = await start({ title: "<b>&", telemetryPath: "/a&b'c" });
  const page = await (await fetch(url)).text();
  expect(page).toContain("<title>&lt;b&gt;&amp;</title>");
  expect(page).toContain('<a href="./a&amp;b');
});

it("lets a scrape finish when it is stopped, and does not wait for idle connections", async () => {
  const entered = gate();
  const held = gate();
  const stopped = vi.fn();
  const slow = collector("slow", () => {
    entered.open();
    return held.opened;
  });
  const started = await start({ collectors: [{ ...slow, start() {}, stop: stopped }] });
  const idle = connect(Number(started.address.split(":")[1]), "127.0.0.1");
  await once(idle, "connect");
  const idleClosed = once(idle, "close");
  const scrape = fetch(`${started.url}metrics`);
  await entered.opened;

  const stop = started.stop();
  await idleClosed;
  await expect(fetch(`${started.url}-/healthy`)).rejects.toThrow();
  held.open();
  expect(await (await scrape).text()).toContain("slow_value 1");
  await stop;
  expect(stopped).toHaveBeenCalledOnce();
});

it("refuses two collectors of one name", async () => {
  await expect(start({ collectors: [collector("a"), collector("a")] })).rejects.toThrow(
    'Two collectors are called "a"',
  );
});

it("sends all of an answer that is still on its way when it is stopped", async () => {
  const series = 20_000;
  const long = "x".repeat(1000);
  const started = await start({
    collectors: [
      {
        name: "many",
        collect(scrape) {
          const gauge = scrape.gauge({ name: "many", help: "Many.", labelNames: ["i"] });
          for (let i = 0; i < series; i++) gauge.set({ i: long + i }, i);
        },
      },
    ],
  });
  const client = connect(Number(started.address.split(":")[1]), "127.0.0.1");
  client.write("GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n");
  const chunks: Buffer[] = [];
  client.on("data", (chunk: Buffer) => chunks.push(chunk));
  client.once("data", () => client.pause());
  await once(client, "pause");
  const stop = started.stop();
  client.resume();
  await once(client, "close");
  await stop;
  const answered = Buffer.concat(chunks);
  const body = answered.subarray(answered.indexOf("\r\n\r\n") + 4);
  expect(body.length).toBe(Number(/content-length: (\d+)/i.exec(answered.subarray(0, 500).toString())![1]));
});

it("leaves nothing running when a collector does not start", async () => {
  const events: string[] = [];
  const starting = (name: string, work: () => void): Collector => ({
    ...collector(name),
    async start() {
      await Promise.resolve();
      work();
      events.push(`${name} started`);
    },
    stop: () => void events.push(`${name} stopped`),
  });
  const broken = starting("b", () => {
    throw new Error("no device");
  });
  await expect(start({ collectors: [starting("a", () => {}), broken] })).rejects.toThrow("no device");
  expect(events).toEqual(["a started", "a stopped"]);
});

it("stops every collector once, in the opposite order, though one of them fails", async () => {
  const stopped: string[] = [];
  const stopping = (name: string): Collector => ({
    ...collector(name),
    async stop() {
      await Promise.resolve();
      stopped.push(name);
      if (name === "b") throw new Error("stuck");
    },
  });
  const started = await start({ collectors: [stopping("a"), stopping("b"), stopping("c")] });
  exporter = undefined;
  expect(started.stop()).toBe(started.stop());
  await expect(started.stop()).rejects.toThrow('collector "b" does not stop: stuck');
  expect(stopped).toEqual(["c", "b", "a"]);
});

it("does not wait for ever for a probe's state that hangs when it is disposed of, and stops the collectors", async () => {
  const stop = vi.fn();
  const state = { close: () => new Promise(() => {}) };
  const probe = { name: "a", probe() {}, createState: () => state };
  const started = await start({
    collectors: [{ ...collector("a"), stop }],
    probe: { probes: [probe], targets: { allow: ["127.0.0.1"] } },
  });
  exporter = undefined;
  expect((await fetch(`${started.url}probe?module=a&target=127.0.0.1`)).status).toBe(200);
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  try {
    const stopped = started.stop().catch((error: Error) => error.message);
    await vi.waitFor(async () => {
      await vi.advanceTimersByTimeAsync(10_000);
      expect(stop).toHaveBeenCalledTimes(1);
    }, 10_000);
    expect(await stopped).toBe("not done within 10 s");
  } finally {
    vi.useRealTimers();
  }
});

it("holds its own metrics to the scrape's deadline and reports them to its log", async () => {
  const error = vi.fn();
  const own = new Registry();
  new Gauge({ name: "hangs", help: "Hangs.", registers: [own], collect: () => new Promise(() => {}) });
  const { url } = await start({
    registry: own,
    collectors: [collector("fine")],
    logger: { debug() {}, info() {}, warn() {}, error },
  });
  const response = await fetch(`${url}metrics`, { headers: { "X-Prometheus-Scrape-Timeout-Seconds": "0.2" } });
  expect(await response.text()).toContain("fine_value 1");
  expect(error).toHaveBeenCalledWith(expect.objectContaining({ collector: "hangs" }), "collector failed");
});

it("does not take a client that goes away for a fault", async () => {
  const error = vi.fn();
  const debug = vi.fn();
  const entered = gate();
  const { url } = await start({
    logger: {
      debug,
      info() {},
      warn() {},
      error: (fields, message) => void (message === "collector failed" && error(fields)),
    },
    collectors: [
      collector("slow", (signal) => {
        entered.open();
        return once(signal, "abort");
      }),
    ],
  });
  const client = new AbortController();
  const scrape = fetch(`${url}metrics`, { signal: client.signal });
  await entered.opened;
  client.abort();
  await expect(scrape).rejects.toThrow();
  await vi.waitFor(() => expect(debug).toHaveBeenCalled(), 10_000);
  expect(error).not.toHaveBeenCalled();
});

it("gives the places back of scrapes that were asked for over one connection, which closes", async () => {
  const entered = gate();
  let isSlow = true;
  const slow = collector("slow", (signal) => {
    entered.open();
    return isSlow ? once(signal, "abort") : undefined;
  });
  const { url } = await start({ collectors: [slow], maxScrapes: 3 });
  const asked = "GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n".repeat(30);
  const client = connect(Number(new URL(url).port), "127.0.0.1", () => client.write(asked));
  await entered.opened;
  isSlow = false;
  client.destroy();
  await vi.waitFor(async () => {
    const response = await fetch(`${url}metrics`);
    expect(await response.text()).toContain("\nexporterkit_scrapes_in_flight 1\n");
  }, 10_000);
});

it("answers a request for a whole URL, as a proxy makes it, and in the format that is asked for", async () => {
  const { address } = await start({ collectors: [collector("a")] });
  const socket = connect(Number(address.split(":")[1]), "127.0.0.1");
  const request = ["GET http://exporter.example/metrics?x=y HTTP/1.1", "Host: exporter.example", "Connection: close"];
  socket.write(`${[...request, "Accept: application/openmetrics-text"].join("\r\n")}\r\n\r\n`);
  let answered = "";
  for await (const chunk of socket) answered += String(chunk);
  expect(answered).toMatch(/^HTTP\/1.1 200 OK\r\n/);
  expect(answered).toContain("Content-Type: application/openmetrics-text; version=1.0.0; charset=utf-8;");
  expect(answered).toContain("# TYPE a_value gauge\n");
});

it("answers with the families that are asked for by name", async () => {
  const { url } = await start({ collectors: [collector("a"), collector("b")] });
  const text = await (await fetch(`${url}metrics?name[]=b_value`)).text();
  expect(text).toBe("# HELP b_value A value.\n# TYPE b_value gauge\nb_value 1\n");
});

it("collects what collect[] and exclude[] ask for, and says what there is where they ask for something else", async () => {
  const { url } = await start({ collectors: [collector("a"), collector("b"), collector("c")] });
  const collected = async (query: string): Promise<string[]> => {
    const text = await (await fetch(`${url}metrics?${query}`)).text();
    return Array.from(text.matchAll(/^(\w+)_value 1$/gm), ([, name]) => name!);
  };
  expect(await collected("collect[]=a&collect%5B%5D=c")).toEqual(["a", "c"]);
  expect(await collected("exclude[]=a")).toEqual(["b", "c"]);
  for (const [query, message] of [
    ["collect[]=a&exclude[]=b", "collect[] and exclude[] cannot be combined; use one of them.\n"],
    ["exclude[]=d", 'There is no collector "d"; there are a, b, c.\n'],
  ] as const) {
    const response = await fetch(`${url}metrics?${query}`);
    expect([response.status, await response.text()]).toEqual([400, message]);
  }
});

describe("a reload", () => {
  it("brings other probes, once those that go on have ended, or none", async () => {
    const targets = { names: ["t"] };
    const begun = vi.fn();
    const close = vi.fn();
    let end!: () => void;
    const ended = new Promise<void>((resolve) => {
      end = resolve;
    });
    const old = { name: "old", targets, createState: () => ({ close }), probe: () => (begun(), ended) };
    const next: ExporterOptions["probe"][] = [
      { probes: [{ name: "new", targets, probe() {} }] },
      undefined,
      { probes: [] },
    ];
    const started = await start({
      probe: { probes: [old] },
      reload: async () => ({ collectors: [], probe: next.shift() }),
    });
    const ask = async (module: string): Promise<number> =>
      (await fetch(`${started.url}probe?module=${module}&target=t`)).status;
    const first = ask("old");
    await vi.waitFor(() => expect(begun).toHaveBeenCalled(), 10_000);
    const reloaded = started.reload();
    await vi.waitFor(async () => expect(await ask("new")).toBe(200), 10_000);
    expect(await ask("old")).toBe(400);
    expect(close).not.toHaveBeenCalled();
    end();
    expect(await first).toBe(200);
    await reloaded;
    expect(close).toHaveBeenCalledTimes(1);
    await started.reload();
    expect(await ask("new")).toBe(200);
    await started.reload();
    expect(await ask("new")).toBe(404);
  });

  it("that the exporter's stop overtakes leaves none of the new collectors running", async () => {
    const held = gate();
    const events: string[] = [];
    const next: Collector = {
      ...collector("next"),
      async start() {
        events.push("starts");
        await held.opened;
      },
      stop: () => void events.push("stops"),
    };
    const started = await start({ reload: async () => ({ collectors: [next] }) });
    const reloaded = started.reload().catch((error: Error) => error.message);
    await vi.waitFor(() => expect(events).toEqual(["starts"]), 10_000);
    await started.stop();
    held.open();
    expect(await reloaded).toBe("the exporter was stopped meanwhile");
    expect(events).toEqual(["starts", "stops"]);
    await expect(started.reload()).rejects.toThrow("the exporter is stopped");
  });

  it("whose collectors hang in their start, or are hung in their stop, does not keep the next from its turn", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    try {
      const hung: Collector = { ...collector("hung"), start: () => new Promise(() => {}) };
      const deaf: Collector = { ...collector("deaf"), stop: () => new Promise(() => {}) };
      let next = hung;
      const started = await start({ collectors: [deaf], reload: async () => ({ collectors: [next] }) });
      const first = started.reload().catch((error: Error) => error);
      await vi.advanceTimersByTimeAsync(59_000);
      const second = started.reload();
      next = collector("next");
      await vi.advanceTimersByTimeAsync(1000);
      expect(await first).toMatchObject({
        code: "start_failed",
        message: 'Collector "hung" does not start: not done within 60 s',
      });
      await vi.advanceTimersByTimeAsync(10_000);
      await second;
    } finally {
      vi.useRealTimers();
    }
  });

  it("is shared by all who ask for it while another goes on", async () => {
    const held = gate();
    const entered = gate();
    let reloads = 0;
    const started = await start({
      async reload() {
        reloads++;
        entered.open();
        await held.opened;
        return { collectors: [] };
      },
    });
    const asked = [started.reload()];
    await entered.opened;
    for (let i = 0; i < 100; i++) asked.push(started.reload());
    held.open();
    await Promise.all(asked);
    expect(reloads).toBe(2);
  });

  it("uses the collectors that it is given, or goes on with those before", async () => {
    let next = (): Collector[] => [collector("b")];
    const started = await start({
      collectors: [collector("a")],
      enableLifecycle: true,
      reload: async () => ({ collectors: next() }),
    });
    const { url } = started;
    const text = async (): Promise<string> => (await fetch(`${url}metrics`)).text();
    const post = async (init: RequestInit = {}): Promise<[number, string]> => {
      const response = await fetch(`${url}-/reload`, { method: "POST", ...init });
      return [response.status, await response.text()];
    };
    expect(await text()).toContain("a_value 1\n");
    expect(await post({ headers: { "Sec-Fetch-Site": "cross-site" } })).toEqual([
      403,
      "Another site may not reload.\n",
    ]);
    expect(await text()).toContain("a_value 1\n");
    expect(await post()).toEqual([200, "Reloaded.\n"]);
    expect(await text()).toContain("b_value 1\n");
    next = () => {
      throw new Error("password is hunter2");
    };
    const failed = "Not reloaded, the configuration before goes on: the log says why\n";
    expect(await post()).toEqual([500, failed]);
    expect(await text()).toMatch(/^b_value 1$[^]*^exporterkit_config_last_reload_successful 0$/m);
    next = () => [collector("c"), collector("c")];
    expect((await post())[1]).toContain('Two collectors are called "c"');
    await expect(started.reload()).rejects.toThrow('Two collectors are called "c"');
    next = () => [collector("c")];
    await started.reload();
    expect(await text()).toMatch(/^c_value 1$[^]*^exporterkit_config_last_reload_successful 1$/m);
  });

  it("is not done for strangers", async () => {
    const load = vi.fn(async () => ({ collectors: [] }));
    const { url } = await start({ reload: load });
    expect((await fetch(`${url}-/reload`, { method: "POST" })).status).toBe(403);
    expect((await fetch(`${url}-/reload`)).status).toBe(405);
    expect(load).not.toHaveBeenCalled();
  });
});

it("listens on every address it is given, and tells them", async () => {
  const { address, addresses } = await start({ listenAddress: ["127.0.0.1:0", "[::1]:0"] });
  expect(addresses).toEqual([address, expect.stringMatching(/^\[::1\]:\d+$/)]);
  for (const each of addresses) expect((await fetch(`http://${each}/-/healthy`)).status).toBe(200);
});

it.each([
  [{ listenAddress: [] }, "invalid_address", "No listen address is given"],
  [{ listenAddress: [":0", "9999"] }, "invalid_address", 'Listen address "9999" is malformed'],
  [{ maxScrapes: 0 }, "invalid_limit", "maxScrapes is 0"],
  [{ timeoutOffsetSeconds: -1 }, "invalid_limit", "timeoutOffsetSeconds is -1"],
  [{ maxConnections: 0 }, "invalid_limit", "maxConnections is 0"],
  [{ systemdSocket: true }, "listen_failed", "No socket was handed over by systemd"],
  [{ webConfigFile: "/missing/web.yml" }, "invalid_config", "/missing/web.yml: cannot be read"],
])("refuses %j and starts nothing", async (options, code, message) => {
  const started = vi.fn();
  const refused = start({ ...options, collectors: [{ ...collector("a"), start: started }] });
  await expect(refused).rejects.toMatchObject({ code, message: expect.stringContaining(message) });
  expect(started).not.toHaveBeenCalled();
});
