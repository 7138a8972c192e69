import { Histogram, Registry } from "@exporterkit/client";
import { compareExposition, readSamples, readValue } from "@exporterkit/client/testing";
import { setImmediate as turn } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Collector } from "./collector.ts";
import { NoData } from "./no-data.ts";
import { type CollectedScrape, Pipeline, type ScrapeContext } from "./pipeline.ts";
import type { Scrape } from "./scrape.ts";

const logger = { debug: vi.fn(), info: vi.fn(), warn: vi.fn(), error: vi.fn() };
let pipeline: Pipeline;
beforeEach(() => {
  pipeline = new Pipeline({ base: [new Registry()], logger });
});
afterEach(async () => {
  vi.useRealTimers();
  vi.clearAllMocks();
  await pipeline.stop();
});

const forever = new AbortController().signal;

/** What the pipeline collects. */
async function collect(context: ScrapeContext): Promise<Registry> {
  return (await pipeline.collect(context)).registry;
}

/** A collector of a gauge `<name>_value` that says how often it was called, once `work` is done. */
function counted(name: string, work: (scrape: Scrape) => unknown = () => {}, more: Partial<Collector> = {}): Collector {
  let calls = 0;
  return {
    name,
    async collect(scrape) {
      const call = ++calls;
      await work(scrape);
      scrape.gauge({ name: `${name}_value`, help: "Calls." }).set(call);
    },
    ...more,
  };
}

/** A function that waits, and what lets everybody who waits go on. */
function gate(): { wait: () => Promise<void>; open: () => void } {
  let open = (): void => {};
  const opened = new Promise<void>((resolve) => (open = resolve));
  return { wait: () => opened, open };
}

it("has Node.js warn of nothing, however many collectors there are", async () => {
  const warned = vi.fn();
  process.on("warning", warned);
  await pipeline.use(Array.from({ length: 30 }, (_, i) => counted(`c${i}`, () => turn())));
  await collect({ signal: new AbortController().signal });
  await turn();
  process.off("warning", warned);
  expect(warned).not.toHaveBeenCalled();
});

it("tells each collector how long it has", async () => {
  const left: Record<string, number> = {};
  const asking = (name: string, more?: Partial<Collector>): Collector =>
    counted(name, ({ secondsLeft }) => (left[name] = secondsLeft), more);
  await pipeline.use([asking("a"), asking("b", { timeoutSeconds: 1 })]);
  await collect({ signal: forever, seconds: 5 });
  expect(left["a"]).toBeGreaterThan(4);
  expect(left["a"]).toBeLessThanOrEqual(5);
  expect(left["b"]).toBeLessThanOrEqual(1);
  await collect({ signal: forever });
  expect(left["a"]).toBe(Infinity);
});

describe("a collector that asks what was exposed", () => {
  it("hears of scrapes, also of those that share the call of a sample, and not of samples", async () => {
    let exposed: number[] = [];
    const held = gate();
    const collector = counted("a", async (scrape) => {
      const registry = scrape.registry;
      scrape.onExposed(() => void readValue(registry, "a_value").then((value) => exposed.push(value!)));
      await held.wait();
    });
    await pipeline.use([collector]);
    const sample = collect({ signal: forever, isSample: true });
    const scrape = collect({ signal: forever });
    held.open();
    await Promise.all([sample, scrape]);
    await turn();
    expect(exposed).toEqual([1]);
    exposed = [];
    await collect({ signal: forever, isSample: true });
    await turn();
    expect(exposed).toEqual([]);
    await collect({ signal: forever });
    await turn();
    expect(exposed).toEqual([3]);
  });

  it("does not hear of a scrape that was given up before it was done", async () => {
    const exposed = vi.fn();
    const [held, gone] = [gate(), new AbortController()];
    await pipeline.use([
      counted("a", (scrape) => {
        scrape.onExposed(exposed);
        return held.wait();
      }),
      counted("b"),
    ]);
    const scrape = collect({ signal: gone.signal });
    await turn();
    gone.abort(new Error("late"));
    await scrape;
    held.open();
    await turn();
    expect(exposed).not.toHaveBeenCalled();
  });
});

describe("scrapes that overlap", () => {
  it("share one call of each collector, and the next one calls it again", async () => {
    const held = gate();
    await pipeline.use([counted("a", held.wait)]);
    const scrapes = [collect({ signal: forever }), collect({ signal: forever })];
    held.open();
    for (const registry of await Promise.all(scrapes)) expect(await readValue(registry, "a_value")).toBe(1);
    expect(await readValue(await collect({ signal: forever }), "a_value")).toBe(2);
  });

  it("go on where one of them gives up, and the collector hears of it once the last one does", async () => {
    const signals: AbortSignal[] = [];
    await pipeline.use([
      counted("a"),
      counted("slow", ({ signal }) => {
        signals.push(signal);
        return new Promise(() => {});
      }),
    ]);
    const [first, second] = [new AbortController(), new AbortController()];
    const scrapes = [first, second].map(({ signal }) => collect({ signal }));
    await turn();
    first.abort(new Error("the first is late"));
    expect(await readValue((await scrapes[0])!, "a_value")).toBe(1);
    expect(signals.map(({ aborted }) => aborted)).toEqual([false]);
    second.abort(new Error("the second is late"));
    await scrapes[1];
    expect(signals.map(({ reason }) => String(reason))).toEqual(["Error: the second is late"]);
  });
});

it("warns of no leak where there are many collectors, scrapes and listeners to their end", async () => {
  const warned = vi.fn();
  process.on("warning", warned);
  const held = gate();
  const many = Array.from({ length: 12 }, (_, i) =>
    counted(`many_${i}`, ({ signal }) => {
      for (let j = 0; j < 12; j++) signal.addEventListener("abort", () => {});
      return held.wait();
    }),
  );
  await pipeline.use(many);
  const scrapes = many.map(() => collect({ signal: new AbortController().signal }));
  await turn();
  held.open();
  await Promise.all(scrapes);
  await turn();
  process.removeListener("warning", warned);
  expect(warned).not.toHaveBeenCalled();
});

it("lets go of what it collected for a client that has gone meanwhile, and makes nothing of it", async () => {
  const held = gate();
  const reusing: Collector = { ...counted("a", held.wait), reusesMetrics: true };
  await pipeline.use([reusing]);
  let isGone = false;
  const scrape = pipeline.collect({ signal: forever, isAbandoned: () => isGone });
  await turn();
  isGone = true;
  held.open();
  await expect(scrape).rejects.toThrow("nobody waits for the scrape any more");
  const family = async (): Promise<unknown> => {
    const { registry, release } = await pipeline.collect({ signal: forever });
    release();
    await turn();
    return registry.getSingleMetric("a_value");
  };
  expect(await family()).toBe(await family());
});

describe("scrapes that always overlap", () => {
  it("do not wait for ever for a call that hangs: the next one calls again", async () => {
    let calls = 0;
    await pipeline.use([
      counted("a"),
      counted("hangs_once", () => (++calls === 1 ? new Promise(() => {}) : undefined)),
    ]);
    const deadlines = [new AbortController(), new AbortController()];
    const scrapes = deadlines.map(({ signal }) => collect({ signal }));
    await turn();
    deadlines[0]!.abort(new Error("late"));
    await scrapes[0];
    const third = await collect({ signal: forever });
    expect(await readValue(third, "exporterkit_collector_success", { collector: "hangs_once" })).toBe(1);
    deadlines[1]!.abort(new Error("late"));
    await scrapes[1];
    expect(calls).toBe(2);
  });

  it("share a call though a client of one of them goes away", async () => {
    const held = gate();
    await pipeline.use([counted("a", held.wait)]);
    const gone = new AbortController();
    const scrapes = [
      collect({ signal: gone.signal, isAbandoned: () => true }).catch(() => {}),
      collect({ signal: forever }),
    ];
    await turn();
    gone.abort();
    await scrapes[0];
    scrapes.push(collect({ signal: forever }));
    held.open();
    for (const scrape of scrapes.slice(1)) expect(await readValue((await scrape)!, "a_value")).toBe(1);
  });
});

it.each([
  ["an object without a prototype", Object.create(null)],
  ["undefined", undefined],
  ["a symbol", Symbol("x")],
  [
    "an error whose message cannot be read",
    Object.defineProperty(new Error("x"), "message", {
      get() {
        throw new Error("no");
      },
    }),
  ],
])("loses nothing else where a collector throws %s", async (_what, thrown: unknown) => {
  await pipeline.use([
    counted("a"),
    {
      name: "b",
      collect() {
        throw thrown;
      },
    },
  ]);
  const registry = await collect({ signal: forever });
  expect(await readValue(registry, "a_value")).toBe(1);
  expect(await readValue(registry, "exporterkit_collector_success", { collector: "b" })).toBe(0);
});

describe("a collector with an interval", () => {
  it("is called once within it, says so, and is called again after it or a failure", async () => {
    vi.useFakeTimers({ toFake: ["performance"] });
    let fails = true;
    const dear = counted(
      "dear",
      () => {
        if (fails) throw new Error("not yet");
      },
      { minIntervalSeconds: 60 },
    );
    await pipeline.use([dear, counted("cheap")]);
    const values = async (): Promise<unknown[]> => {
      const registry = await collect({ signal: forever });
      return [
        registry.getSingleMetric("dear_value") && (await readValue(registry, "dear_value")),
        await readValue(registry, "cheap_value"),
      ];
    };
    expect(await values()).toEqual([undefined, 1]);
    fails = false;
    expect(await values()).toEqual([2, 2]);
    vi.advanceTimersByTime(59_999);
    expect(await values()).toEqual([2, 3]);
    vi.advanceTimersByTime(1);
    expect(await values()).toEqual([3, 4]);
    const text = await (await collect({ signal: forever })).metrics();
    expect(text).toContain("# HELP dear_value Calls. Collected every 60 s at most.\n");
    expect(text).toContain("# HELP cheap_value Calls.\n");
  });
});

describe("a collector that does not stop when it is told to", () => {
  it("loses its own metrics and counts a timeout, and what it makes later is in no scrape", async () => {
    const held = gate();
    await pipeline.use([counted("late", held.wait), counted("fine")]);
    const deadline = new AbortController();
    const scrape = collect({ signal: deadline.signal });
    await turn();
    deadline.abort(new Error("time is up"));
    const registry = await scrape;
    held.open();
    await held.wait();
    await compareExposition(
      registry,
      `
        # HELP exporterkit_collector_success Whether the collector succeeded in this scrape.
        # TYPE exporterkit_collector_success gauge
        exporterkit_collector_success{collector="late"} 0
        exporterkit_collector_success{collector="fine"} 1
        # HELP exporterkit_collector_timeouts_total Scrapes in which the collector was not done in time.
        # TYPE exporterkit_collector_timeouts_total counter
        exporterkit_collector_timeouts_total{collector="late"} 1
        exporterkit_collector_timeouts_total{collector="fine"} 0
      `,
      ["exporterkit_collector_success", "exporterkit_collector_timeouts_total", "late_value"],
    );
  });

  it("is not called again while three calls still go on", async () => {
    const held = gate();
    const calls = vi.fn(held.wait);
    await pipeline.use([counted("stuck", calls), counted("fine")]);
    for (let i = 0; i < 5; i++) await collect({ signal: AbortSignal.timeout(1) });
    expect(calls).toHaveBeenCalledTimes(3);
    held.open();
    await vi.waitFor(async () => {
      expect(await readValue(await collect({ signal: forever }), "stuck_value")).toBe(4);
    }, 10_000);
  });

  it("may have a time of its own, shorter than the scrape's", async () => {
    await pipeline.use([counted("slow", () => new Promise(() => {}), { timeoutSeconds: 0.01 }), counted("fine")]);
    const registry = await collect({ signal: forever });
    expect(await readValue(registry, "exporterkit_collector_timeouts_total", { collector: "slow" })).toBe(1);
    expect(logger.error).toHaveBeenCalledWith(
      { collector: "slow", error: "not done within its 0.01 s" },
      "collector failed",
    );
  });
});

describe("families of one name", () => {
  const rooms = (name: string, room: string, labelNames = ["room", "floor"] as const): Collector => ({
    name,
    collect(scrape) {
      const gauge = scrape.gauge({ name: "room_celsius", help: "Temperature.", labelNames });
      gauge.set({ room, floor: "1" }, 20);
    },
  });

  it("are one family with the series of all collectors, whatever the order of their labels", async () => {
    await pipeline.use([rooms("a", "hall"), rooms("b", "kitchen", ["floor", "room"] as never), rooms("c", "attic")]);
    for (let i = 0; i < 2; i++) {
      await compareExposition(
        await collect({ signal: forever }),
        `
          # HELP room_celsius Temperature.
          # TYPE room_celsius gauge
          room_celsius{room="hall",floor="1"} 20
          room_celsius{room="kitchen",floor="1"} 20
          room_celsius{room="attic",floor="1"} 20
        `,
      );
    }
  });

  it.each<[string, Collector, string]>([
    ["of the same series", rooms("b", "hall"), "another collector has a series of the same labels"],
    [
      "of another type",
      { name: "b", collect: (scrape) => void scrape.counter({ name: "room_celsius", help: "x" }) },
      "its type is counter, but gauge in another collector",
    ],
    [
      "of other labels",
      { name: "b", collect: (scrape) => void scrape.gauge({ name: "room_celsius", help: "x" }) },
      "its labels are none, but floor, room in another collector",
    ],
  ])("%s are an error of the second, whose others stay", async (_what, second, message) => {
    const other: Collector = {
      ...second,
      async collect(scrape) {
        scrape.gauge({ name: "other", help: "Stays." }).set(2);
        await second.collect(scrape);
      },
    };
    await pipeline.use([rooms("a", "hall"), other]);
    const registry = await collect({ signal: forever });
    const samples = await readSamples(registry, "room_celsius");
    expect(samples).toHaveLength(1);
    expect(await readValue(registry, "other")).toBe(2);
    const success = (collector: string) => readValue(registry, "exporterkit_collector_success", { collector });
    expect([await success("a"), await success("b")]).toEqual([1, 0]);
    expect(logger.error.mock.calls[0]![0]).toMatchObject({
      collector: "b",
      family: "room_celsius",
      clashesWith: "a",
      error: expect.stringContaining(message),
    });
  });

  it("keep their buckets", async () => {
    const histogram = (name: string, queue: string, value: number): Collector => ({
      name,
      collect(scrape) {
        const registers = [scrape.registry];
        const seconds = new Histogram({
          name: "job_seconds",
          help: "Jobs.",
          labelNames: ["queue"],
          buckets: [1, 2],
          registers,
        });
        seconds.observe({ queue }, value);
      },
    });
    await pipeline.use([histogram("a", "mail", 1.5), histogram("b", "print", 0.5)]);
    const text = await (await collect({ signal: forever })).metrics();
    expect(text).toContain('job_seconds_bucket{queue="mail",le="1"} 0\n');
    expect(text).toContain('job_seconds_bucket{queue="print",le="1"} 1\n');
  });
});

describe("the log", () => {
  it("has a failure when it begins, once a minute with how often it came, and when it is over", async () => {
    vi.useFakeTimers({ toFake: ["performance"] });
    let fails = true;
    await pipeline.use([
      counted("a", () => {
        if (fails) throw new Error("down");
      }),
      counted("b"),
    ]);
    for (let i = 0; i < 5; i++) {
      await collect({ signal: forever });
      vi.advanceTimersByTime(20_000);
    }
    fails = false;
    for (let i = 0; i < 2; i++) await collect({ signal: forever });
    expect(logger.error.mock.calls).toEqual([
      [{ collector: "a", error: "down" }, "collector failed"],
      [{ collector: "a", error: "down", repeated: 2 }, "collector failed"],
    ]);
    expect(logger.info.mock.calls).toEqual([[{ collector: "a" }, "collector works again"]]);
  });
});

describe("other collectors in their place", () => {
  it("are started before those before are stopped, which is after the scrapes that use them", async () => {
    const events: string[] = [];
    const held = gate();
    const told = (name: string, work?: () => unknown): Collector =>
      counted(name, work, {
        start: () => void events.push(`${name} starts`),
        stop: () => void events.push(`${name} stops`),
      });
    await pipeline.use([told("a", held.wait)]);
    const scrape = collect({ signal: forever });
    const used = pipeline.use([told("b")]);
    await vi.waitFor(() => expect(pipeline.names).toEqual(["b"]), 10_000);
    expect(events).toEqual(["a starts", "b starts"]);
    held.open();
    expect(await readValue(await scrape, "a_value")).toBe(1);
    await used;
    expect(events).toEqual(["a starts", "b starts", "a stops"]);
    const registry = await collect({ signal: forever });
    expect(await readSamples(registry, "exporterkit_collector_timeouts_total")).toHaveLength(1);
  });

  it("leave nothing of those before, though a scrape of theirs ends later", async () => {
    await pipeline.use([counted("a"), counted("old", () => new Promise(() => {}))]);
    const deadline = new AbortController();
    const scrape = collect({ signal: deadline.signal });
    await turn();
    const used = pipeline.use([counted("new")]);
    await vi.waitFor(() => expect(pipeline.names).toEqual(["new"]), 10_000);
    deadline.abort(new Error("time is up"));
    await scrape;
    await used;
    const samples = await readSamples(await collect({ signal: forever }), "exporterkit_collector_timeouts_total");
    expect(samples.map(({ labels }) => labels)).toEqual([{ collector: "new" }]);
  });

  it("do not take it where one of them does not start", async () => {
    await pipeline.use([counted("a")]);
    const broken = counted("b", undefined, { start: () => Promise.reject(new Error("no device")) });
    await expect(pipeline.use([broken])).rejects.toThrow("no device");
    expect(await readValue(await collect({ signal: forever }), "a_value")).toBe(1);
  });
});

it("collects those that are asked for", async () => {
  await pipeline.use([counted("a"), counted("b")]);
  const registry = await collect({ signal: forever, names: new Set(["b"]) });
  expect(registry.getSingleMetric("a_value")).toBeUndefined();
  expect(await readValue(registry, "b_value")).toBe(1);
});

it("fails where nothing that was asked for could be collected", async () => {
  await pipeline.use([counted("a"), counted("b", () => Promise.reject(new Error("down")))]);
  await expect(collect({ signal: forever, names: new Set(["b"]) })).rejects.toThrow("every collector failed");
});

it.each([
  [{ name: "Upper" }, 'Collector name "Upper" is malformed'],
  [{ name: "" }, 'Collector name "" is malformed'],
  [{ name: "a", minIntervalSeconds: -1 }, 'Collector "a": minIntervalSeconds is -1; give a number of seconds from 0.'],
  [{ name: "a", timeoutSeconds: 0 }, 'Collector "a": timeoutSeconds is 0; give a number of seconds above 0.'],
])("refuses the collector %j", async (wrong, message) => {
  await expect(pipeline.use([{ collect() {}, ...wrong }])).rejects.toThrow(message);
});

describe("a collector whose source this machine does not have", () => {
  it("succeeds with nothing, and counts as failed where it stands in for another exporter's", async () => {
    const absent = (): never => {
      throw new NoData("there is no such device");
    };
    await pipeline.use([
      counted("a", absent, { reportedAs: "other_scrape" }),
      counted("b", () => {}, { reportedAs: "other_scrape" }),
    ]);
    const registry = await collect({ signal: forever });
    await expect(readValue(registry, "exporterkit_collector_success", { collector: "a" })).resolves.toBe(1);
    await expect(readValue(registry, "other_scrape_success", { collector: "a" })).resolves.toBe(0);
    await expect(readValue(registry, "other_scrape_success", { collector: "b" })).resolves.toBe(1);
    expect(logger.error).not.toHaveBeenCalled();
  });
});

it("uses the metrics of a scrape again once nobody reads them, and not before", async () => {
  let value = 0;
  const made: unknown[] = [];
  await pipeline.use([
    {
      name: "rooms",
      reusesMetrics: true,
      collect(scrape) {
        const gauge = scrape.gauge({ name: "room_celsius", help: "Temperature." });
        gauge.set(++value);
        made.push(gauge);
      },
    },
  ]);
  const scrape = () => pipeline.collect({ signal: new AbortController().signal });
  const [first, second] = [await scrape(), await scrape()];
  expect(made[1]).not.toBe(made[0]);
  expect(await first.registry.metrics()).toContain("room_celsius 1\n");
  first.release();
  first.release();
  await turn();
  const third = await scrape();
  expect(made[2]).toBe(made[0]);
  expect(await second.registry.metrics()).toContain("room_celsius 2\n");
  expect(await third.registry.metrics()).toContain("room_celsius 3\n");
});

describe("a scrape that is released twice", () => {
  let value = 0;
  const doors: Collector = {
    name: "doors",
    reusesMetrics: true,
    async collect(scrape) {
      await turn();
      value++;
      scrape.gauge({ name: "doors", help: "Doors.", labelNames: ["door"] }).set({ door: `door ${value}` }, value);
    },
  };
  const scrape = () => pipeline.collect({ signal: forever });
  const shown = async ({ registry }: CollectedScrape): Promise<unknown> => readSamples(registry, "doors");
  const own = (of: number): unknown => [{ name: "doors", labels: { door: `door ${of}` }, value: of }];
  beforeEach(() => void (value = 0));

  it("takes nothing from the one after it, which has the same metrics", async () => {
    await pipeline.use([doors]);
    const first = await scrape();
    first.release();
    await turn();
    const second = await scrape();
    first.release();
    await turn();
    const third = await scrape();
    expect(await shown(second)).toEqual(own(2));
    expect(await shown(third)).toEqual(own(3));
  });

  it("takes nothing from one that shares its calls of collectors", async () => {
    await pipeline.use([doors]);
    const [first, second] = await Promise.all([scrape(), scrape()]);
    first.release();
    first.release();
    await turn();
    const third = await scrape();
    expect(await shown(second)).toEqual(own(1));
    expect(await shown(third)).toEqual(own(2));
  });
});
