import { ExpositionCache, Registry, Unknown } from "@exporterkit/client";
import { expect, it } from "vitest";
import { ReusedMetrics } from "./reused-metrics.ts";
import { Scrape } from "./scrape.ts";

/** Scrapes of one collector that use each other's metrics, each exposed as an exporter does it. */
function scrapes(): (collect: (scrape: Scrape) => void, accept?: string) => Promise<string[]> {
  const reused = new ReusedMetrics();
  const cache = new ExpositionCache();
  return async (collect, accept) => {
    reused.begin();
    const scrape = new Scrape(new AbortController().signal, { reused });
    collect(scrape);
    reused.end();
    const exposition = await Registry.merge([scrape.registry], { cache }).expose({ accept });
    const text = Buffer.concat(exposition.chunks).toString();
    exposition.release();
    return text.split("\n").filter((line) => line !== "" && !line.startsWith("# HELP"));
  };
}

const rooms = { name: "room_celsius", help: "Temperature.", labelNames: ["room"] } as const;

it("shows what each scrape wrote, and no series of one before", async () => {
  const scrape = scrapes();
  const set = (values: Record<string, number>) => (scraped: Scrape) => {
    const gauge = scraped.gauge(rooms);
    for (const [room, value] of Object.entries(values)) gauge.set({ room }, value);
  };
  expect(await scrape(set({ a: 1, b: 2 }))).toEqual([
    "# TYPE room_celsius gauge",
    'room_celsius{room="a"} 1',
    'room_celsius{room="b"} 2',
  ]);
  expect(await scrape(set({ b: 20 }))).toEqual(["# TYPE room_celsius gauge", 'room_celsius{room="b"} 20']);
  expect((await scrape(set({ c: 3, b: 20 }))).toSorted()).toEqual([
    "# TYPE room_celsius gauge",
    'room_celsius{room="b"} 20',
    'room_celsius{room="c"} 3',
  ]);
  expect(await scrape(() => {})).toEqual([]);
});

it("begins at zero in each scrape, also where nobody writes", async () => {
  const scrape = scrapes();
  const count = (times: number) => (scraped: Scrape) => {
    const states = scraped.gauge({ ...rooms, name: "states" });
    const total = scraped.counter({ name: "all_total", help: "All." });
    for (let i = 0; i < times; i++) states.inc({ room: "a" });
    if (times > 0) total.inc(times);
  };
  const expected = (times: number): string[] => [
    "# TYPE all_total counter",
    `all_total ${times}`,
    "# TYPE states gauge",
    ...(times > 0 ? [`states{room="a"} ${times}`] : []),
  ];
  for (const times of [3, 2, 0, 5]) expect(await scrape(count(times))).toEqual(expected(times));
});

it("makes a metric anew that is declared otherwise", async () => {
  const scrape = scrapes();
  await scrape((scraped) => scraped.gauge(rooms).set({ room: "a" }, 1));
  expect(await scrape((scraped) => scraped.counter({ ...rooms, labelNames: ["floor"] }).inc({ floor: "1" }))).toEqual([
    "# TYPE room_celsius counter",
    'room_celsius{floor="1"} 1',
  ]);
});

it("leaves a name of a scrape before to another metric", async () => {
  const scrape = scrapes();
  await scrape((scraped) => {
    scraped.counter({ name: "opened_total", help: "Opened." }).inc();
    scraped.gauge({ name: "door_info", help: "Door." }).set(1);
  });
  const now = (scraped: Scrape): void => {
    scraped.gauge({ name: "opened", help: "Opened." }).set(2);
    scraped.info({ name: "door_info", help: "Door.", labelNames: ["colour"] }).set({ colour: "red" });
  };
  const lines = ["# TYPE door_info gauge", 'door_info{colour="red"} 1', "# TYPE opened gauge", "opened 2"];
  expect(await scrape(now)).toEqual(lines);
  expect(await scrape(now)).toEqual(lines);
  expect(await scrape(() => {})).toEqual([]);
});

it("leaves a name of a scrape before to a metric that is added to the registry directly", async () => {
  const scrape = scrapes();
  await scrape((scraped) => scraped.gauge(rooms).set({ room: "a" }, 1));
  const now = (scraped: Scrape): void => {
    new Unknown({ ...rooms, registers: [scraped.registry] }).set({ room: "a" }, 2);
  };
  const lines = ["# TYPE room_celsius untyped", 'room_celsius{room="a"} 2'];
  expect(await scrape(now)).toEqual(lines);
  expect(await scrape(now)).toEqual(lines);
});

it("shows no series of a scrape before where more formats were asked for than there are marks", async () => {
  const scrape = scrapes();
  const formats = ["text/plain;version=1.0.0", "application/openmetrics-text;version=1.0.0"].flatMap((format) =>
    ["underscores", "dots", "values", "allow-utf-8"].map((escaping) => `${format};escaping=${escaping}`),
  );
  for (const [i, format] of [...formats, ...formats].entries()) {
    const lines = await scrape((scraped) => scraped.gauge(rooms).set({ room: `room ${i}` }, 1), format);
    expect(lines.filter((line) => !line.startsWith("#"))).toEqual([`room_celsius{room="room ${i}"} 1`]);
  }
});

it("shows neither series nor exemplars of a scrape before beside exemplars", async () => {
  const scrape = scrapes();
  const count = (room: string, trace?: string) => (scraped: Scrape) =>
    scraped.counter({ ...rooms, name: "opened_total" }).inc({ room }, 1, trace === undefined ? undefined : { trace });
  const openMetrics = "application/openmetrics-text;version=1.0.0";
  const lines = (room: string, exemplar = ""): unknown[] => [
    "# TYPE opened counter",
    expect.stringMatching(new RegExp(`^opened_total\\{room="${room}"\\} 1${exemplar}`)),
    "# EOF",
  ];
  expect(await scrape(count("a"), openMetrics)).toEqual(lines("a", "$"));
  expect(await scrape(count("b", "t"), openMetrics)).toEqual(lines("b", ' # \\{trace="t"\\}'));
  expect(await scrape(count("b"), openMetrics)).toEqual(lines("b", "$"));
});

it("refuses a name that is declared twice in one scrape", async () => {
  const scrape = scrapes();
  await scrape((scraped) => scraped.gauge(rooms).set({ room: "a" }, 1));
  await expect(
    scrape((scraped) => {
      scraped.gauge(rooms);
      scraped.gauge(rooms);
    }),
  ).rejects.toThrow("room_celsius");
});
