import { afterEach, describe, expect, it } from "vitest";
import { silentLogger } from "../../logger.ts";
import { Pipeline } from "../../scrape/pipeline.ts";
import { configureJson, type ConfiguredJson } from "./fixtures/collect-json.ts";
import { closeServers, serveJson } from "./fixtures/json-server.ts";

let json: ConfiguredJson | undefined;
afterEach(async () => {
  await json?.stop();
  json = undefined;
  closeServers();
});

/** The configuration of one module `api` and one target. */
function one(origin: string, api: string, target = ""): string {
  const indent = (text: string, depth: number): string => text.trim().replaceAll("\n", `\n${" ".repeat(depth)}`);
  return `modules:\n  api:\n    ${indent(api, 4)}\ntargets:\n  - module: api\n    url: ${origin}\n    ${indent(target, 4)}\n`;
}

/** The series of a module's own metrics. */
async function seriesOf(document: object, metrics: string): Promise<string[]> {
  const { origin } = await serveJson(document);
  json = await configureJson(one(origin, `metrics:\n  ${metrics.trim().replaceAll("\n", "\n  ")}`));
  const lines = await json.lines();
  return lines.filter((line) => !line.startsWith("json_"));
}

// The data of json_exporter's README and examples.
const data = {
  counter: 1234,
  timestamp: 1657568506,
  values: [
    { id: "id-A", count: 1, some_boolean: true, state: "ACTIVE" },
    { id: "id-B", count: 2, some_boolean: true, state: "INACTIVE" },
    { id: "id-C", count: 3, some_boolean: false, state: "ACTIVE" },
  ],
  location: "mars",
};

describe("what json_exporter's examples do", () => {
  it("is a value with a fixed label and one that is made of text", async () => {
    const metrics = `
- name: example_global_value
  help: A value at the top.
  value: counter
  fixed_labels: { environment: beta }
  labels: { location: '"planet-" & location' }`;
    expect(await seriesOf(data, metrics)).toEqual([
      'example_global_value{environment="beta",location="planet-mars"} 1234',
    ]);
  });

  it("is a filter, constants and truth values", async () => {
    const metrics = `
- name: example_value_active
  help: Active.
  each: &active values[state="ACTIVE"]
  value: "1"
  labels: &id { id: id }
- name: example_value_count
  help: Count.
  each: *active
  value: count
  labels: *id
- name: example_value_boolean
  help: Some boolean.
  each: *active
  value: some_boolean
  labels: *id
- name: example_missing
  help: Missing.
  value: missing_key
  optional: true`;
    expect(await seriesOf(data, metrics)).toEqual([
      'example_value_active{id="id-A"} 1',
      'example_value_active{id="id-C"} 1',
      'example_value_boolean{id="id-A"} 1',
      'example_value_boolean{id="id-C"} 0',
      'example_value_count{id="id-A"} 1',
      'example_value_count{id="id-C"} 3',
    ]);
  });

  it("is a list at the top", async () => {
    const animals = [
      { noun: "lion", population: 123, predator: true },
      { noun: "deer", population: 456, predator: false },
    ];
    const metrics = `
- name: animal_population
  help: Animals.
  each: $
  value: population
  labels: { name: noun, predator: predator }`;
    expect(await seriesOf(animals, metrics)).toEqual([
      'animal_population{name="lion",predator="true"} 123',
      'animal_population{name="deer",predator="false"} 456',
    ]);
  });
});

describe("what json_exporter's users asked for", () => {
  it("is a value that has its unit beside it, of each key", async () => {
    const values = {
      LOCAL_TIME: "2024-07-25T16:51:01+01:00",
      V_L1: { value: 229.906, unit: "V" },
      V_L2: { value: 231.95, unit: "V" },
    };
    const metrics = `
- name: line_volts
  help: Voltage.
  each: $entries(INST_VALUES)[value.unit="V"]
  value: value.value
  labels: { line: key }
- name: meter_time_seconds
  help: The clock of the meter.
  value: INST_VALUES.LOCAL_TIME
  convert: date
  unit: seconds`;
    expect(await seriesOf({ INST_VALUES: values }, metrics)).toEqual([
      'line_volts{line="V_L1"} 229.906',
      'line_volts{line="V_L2"} 231.95',
      "meter_time_seconds 1721922661",
    ]);
  });

  it("is a list of pairs looked up by a key", async () => {
    const machines = [
      { name: "Oxford", online: true, properties: [{ key: "site", value: "321" }] },
      { name: "Liverpool", online: false, properties: [] },
    ];
    const metrics = `
- name: machine_online
  help: Whether it is online.
  each: $
  value: online
  labels:
    name: name
    site: { value: 'properties[key="site"].value', optional: true }`;
    expect(await seriesOf(machines, metrics)).toEqual([
      'machine_online{name="Oxford",site="321"} 1',
      'machine_online{name="Liverpool"} 0',
    ]);
  });

  it("is a counter, an info and a histogram", async () => {
    const metrics = `
- { name: jobs_total, help: Jobs., type: counter, value: jobs }
- { name: build_info, help: Build., type: info, labels: { version: version } }
- name: latency_seconds
  help: Latency.
  type: histogram
  unit: seconds
  each: routes
  buckets: le
  sum: sum
  count: n
  labels: { route: route }
- { name: version_number, help: V., type: unknown, value: version, convert: leading_number }`;
    const document = {
      jobs: "17",
      version: "17.8-rc1",
      routes: [
        { route: "/a", le: { "0.1": 1, "1": 3 }, sum: 2.5, n: 4 },
        { route: "/b", le: { "0.5": 2 }, sum: 1, n: 2 },
      ],
    };
    expect(await seriesOf(document, metrics)).toEqual([
      'build_info{version="17.8-rc1"} 1',
      "jobs_total 17",
      'latency_seconds_bucket{route="/a",le="0.1"} 1',
      'latency_seconds_bucket{route="/a",le="0.5"} 1',
      'latency_seconds_bucket{route="/a",le="1"} 3',
      'latency_seconds_bucket{route="/a",le="+Inf"} 4',
      'latency_seconds_sum{route="/a"} 2.5',
      'latency_seconds_count{route="/a"} 4',
      'latency_seconds_bucket{route="/b",le="0.1"} 0',
      'latency_seconds_bucket{route="/b",le="0.5"} 2',
      'latency_seconds_bucket{route="/b",le="1"} 2',
      'latency_seconds_bucket{route="/b",le="+Inf"} 2',
      'latency_seconds_sum{route="/b"} 1',
      'latency_seconds_count{route="/b"} 2',
      "version_number 17.8",
    ]);
  });

  it("is several URLs, each with its metrics", async () => {
    const { origin, requests } = await serveJson(({ url }, response) =>
      response.end(url === "/base/a" ? '{"n":1}' : '{"n":2}'),
    );
    const api = `
headers: { X-All: "yes" }
requests:
  - { url: a, metrics: [{ name: a_n, help: A., value: n }] }
  - { name: second, url: /b?x=1, headers: { Accept: text/json }, metrics: [{ name: b_n, help: B., value: n }] }`;
    json = await configureJson(one(`${origin}/base/`, api));
    expect(await json.lines()).toEqual([
      "a_n 1",
      "b_n 2",
      'json_response_status_code{target="api",module="api",request="1"} 200',
      'json_response_status_code{target="api",module="api",request="second"} 200',
      'json_target_failed_metrics{target="api",module="api"} 0',
      'json_target_up{target="api",module="api"} 1',
    ]);
    expect(requests.map(({ url }) => url).toSorted()).toEqual(["/b?x=1", "/base/a"]);
    expect(requests.map(({ headers }) => headers["x-all"])).toEqual(["yes", "yes"]);
  });

  it("is one metric of several URLs, told apart by a label", async () => {
    const { origin } = await serveJson(({ url }, response) => response.end(`{"n":${url === "/a" ? 1 : 2}}`));
    const metrics = (at: string): string => `[{ name: n, help: N., value: n, fixed_labels: { at: ${at} } }]`;
    json = await configureJson(
      one(origin, `requests:\n  - { url: /a, metrics: ${metrics("a")} }\n  - { url: /b, metrics: ${metrics("b")} }`),
    );
    expect((await json.lines()).slice(-2)).toEqual(['n{at="a"} 1', 'n{at="b"} 2']);
  });

  it("is a POST with a body, whose parameters are encoded", async () => {
    let received = "";
    const { origin, requests } = await serveJson((request, response) => {
      request.on("data", (chunk) => (received += String(chunk))).on("end", () => response.end('{"n":1}'));
    });
    const api = `
url: /shops/{{shop}}/stats?window={{window:-5m}}
body: '{"shop": "{{shop}}", "limit": {{limit:-10}}}'
query: { key: { secret: "s&same" } }
headers: { X-Shop: "{{window}}{{limit:-}}" }
metrics: [{ name: n, help: N., value: n }]`;
    const target = 'parameters: { shop: "a/b\\"&c", window: 1 h }';
    json = await configureJson(one(origin, api, target));
    expect((await json.lines()).at(-1)).toBe("n 1");
    expect(JSON.parse(received)).toEqual({ shop: 'a/b"&c', limit: 10 });
    expect(requests[0]).toMatchObject({ method: "POST", url: "/shops/a%2Fb%22%26c/stats?window=1+h&key=s%26same" });
    expect(requests[0]!.headers).toMatchObject({ "content-type": "application/json", "x-shop": "1 h" });
  });

  it("is that text and no injection is what a parameter is", async () => {
    const { origin, requests } = await serveJson({ n: 1 });
    const api = (rest: string): string => `${rest}\nmetrics: [{ name: n, help: N., value: n }]`;
    const errorOf = async (rest: string, value: string): Promise<string> => {
      json = await configureJson(one(origin, api(rest), `parameters: { p: ${JSON.stringify(value)} }`));
      await json.lines();
      const [line] = json.log;
      await json.stop();
      json = undefined;
      return line ?? "";
    };
    expect(await errorOf("url: /a/{{p}}/b", "..")).toContain(
      'parameter p is \\".\\" or \\"..\\", which lead elsewhere',
    );
    expect(await errorOf("headers: { X-A: '{{p}}' }", "a\r\nX-B: c")).toContain(
      "parameter p has characters that no header may have",
    );
    expect(await errorOf(`body: '{"n": {{p}}}'`, '1, "admin": true')).toContain("parameter p stands outside of quotes");
    expect(requests).toEqual([]);
  });

  it("is a query for a span of time until now", async () => {
    const { origin, requests } = await serveJson({ n: 1 });
    const api = `
url: /power?site={{site}}
query:
  start: { expression: '$fromMillis($millis() - 3600000, "[Y]-[M01]-[D01] [H01]:[m01]")' }
  site2: { expression: site & "!" }
  none: { expression: nothing }
metrics: [{ name: n, help: N., value: n }]`;
    json = await configureJson(one(origin, api, "parameters: { site: a }"));
    expect((await json.lines()).at(-1)).toBe("n 1");
    const { searchParams } = new URL(requests[0]!.url, origin);
    expect([...searchParams.keys()]).toEqual(["site", "start", "site2"]);
    expect(searchParams.get("site2")).toBe("a!");
    const start = Date.parse(`${searchParams.get("start")!.replace(" ", "T")}Z`);
    expect(Math.abs(Date.now() - 3_600_000 - start)).toBeLessThan(120_000);
  });

  it("are pages, by whatever leads to the next", async () => {
    const pages: Record<string, { items: object[]; next?: string; cursor?: string }> = {
      "/?": { items: [{ n: 1 }], next: "/?p=2", cursor: "2" },
      "/?p=2": { items: [{ n: 2 }], next: "?p=3", cursor: "3" },
      "/?p=3": { items: [{ n: 3 }] },
    };
    const { origin, requests } = await serveJson(({ url }, response) => {
      const { searchParams } = new URL(url!, "http://a");
      const p = searchParams.get("p") ?? searchParams.get("offset") ?? "1";
      const page = pages[p === "1" || p === "0" ? "/?" : `/?p=${p}`] ?? { items: [] };
      if (page.next !== undefined)
        response.setHeader("link", `</first>; rel="first", <${page.next}>; rel="prefetch next"`);
      response.end(JSON.stringify(page));
    });
    const sum = "metrics: [{ name: n_sum, help: Sum., value: $sum(items.n) }]";
    for (const [way, asked] of [
      ["next: next", 3],
      ["link_header: true", 3],
      ["cursor: cursor\n  parameter: p", 3],
      ["items: items\n  parameter: p", 4],
    ] as const) {
      requests.length = 0;
      json = await configureJson(one(origin, `pages:\n  ${way}\n${sum}`));
      expect((await json.lines()).at(-1), way).toBe("n_sum 6");
      expect(requests).toHaveLength(asked);
      await json.stop();
    }
    json = await configureJson(one(origin, `pages: { next: next, max: 2 }\n${sum}`));
    expect(await json.lines()).toContain('json_target_up{target="api",module="api"} 0');
    expect(json.log.join()).toContain("has more than 2 pages; ask for larger ones, or set pages.max");
  });

  it("are XML and CSV by their content type, or as it is configured", async () => {
    const { origin } = await serveJson(({ url }, response) => {
      if (url === "/xml") response.setHeader("content-type", "application/xml").end("<s><a>1</a></s>");
      else if (url === "/csv")
        response
          .setHeader("content-type", "text/csv; charset=iso-8859-1")
          .end(Buffer.from("n\xe4me;v\nx;2\n", "latin1"));
      else response.setHeader("content-type", "text/plain").end("<s><a>3</a></s>");
    });
    const api = `
requests:
  - { url: /xml, metrics: [{ name: a, help: A., value: s.a }] }
  - { url: /csv, csv_delimiter: ";", metrics: [{ name: b, help: B., each: $, value: v, labels: { n: näme } }] }
  - { url: /plain, format: xml, metrics: [{ name: c, help: C., value: s.a }] }`;
    json = await configureJson(one(origin, api));
    expect((await json.lines()).slice(0, 3)).toEqual(["a 1", 'b{n="x"} 2', "c 3"]);
  });
});

describe("XML", () => {
  it.each([
    ["a declaration", "application/xml", "latin1", '<?xml version="1.0" encoding="ISO-8859-1"?>'],
    [
      "its content type rather than a declaration",
      "text/xml; charset=latin1",
      "latin1",
      '<?xml version="1.0" encoding="utf-8"?>',
    ],
    ["its first bytes", "application/xml", "utf16le", '\ufeff<?xml version="1.0" encoding="UTF-16"?>'],
    ["what it is, where the declaration cannot be true", "text/xml", "utf8", '<?xml version="1.0" encoding="utf-16"?>'],
  ] as const)("is in the encoding that is told by %s", async (_, contentType, encoding, declaration) => {
    const { origin } = await serveJson((_request, response) =>
      response
        .setHeader("content-type", contentType)
        .end(Buffer.from(`${declaration}<s><n>Müller</n><a>1</a></s>`, encoding)),
    );
    json = await configureJson(one(origin, "metrics: [{ name: a, help: A., value: s.a, labels: { n: s.n } }]"));
    expect((await json.lines())[0]).toBe('a{n="Müller"} 1');
  });
});

describe("a metric that cannot be made", () => {
  it("is counted and logged once, and costs no other", async () => {
    const documents = [{ a: 1 }, { a: 1 }, { a: 1, b: { c: 2 } }];
    const { origin } = await serveJson((_, response) => response.end(JSON.stringify(documents.shift())));
    const metrics = "metrics: [{ name: a, help: A., value: a }, { name: b, help: B., value: b.c }]";
    json = await configureJson(one(origin, metrics));
    for (let i = 0; i < 2; i++) {
      const lines = await json.lines();
      expect(lines).toContain("a 1");
      expect(lines).toContain('json_target_failed_metrics{target="api",module="api"} 1');
      expect(lines).toContain('json_target_up{target="api",module="api"} 1');
    }
    expect(await json.lines()).toContain("b 2");
    const fields = '"target":"api","module":"api","request":"1","metric":"b"';
    const error =
      'value: \\"b.c\\" is missing: there is no \\"b\\" in the response; mark the metric optional, if it need not be there';
    expect(json.log).toEqual([
      `error metric failed: {${fields},"error":"${error}"}`,
      `info metric works again: {${fields}}`,
    ]);
  });

  it("is one whose series another metric of its name has", async () => {
    const metrics = "- { name: n, help: N., value: a }\n- { name: n, help: N., value: b }";
    expect(await seriesOf({ a: 1, b: 2 }, metrics)).toEqual(["n 1"]);
    expect(json!.log.join()).toContain("another metric of this name has a series with the same labels");
  });
});

describe("targets", () => {
  it("make one family, whatever labels and buckets each of them has", async () => {
    const [first, second, third] = [
      await serveJson({ h: [{ x: "p", le: { 1: 1, "+Inf": 2 }, s: 3 }], n: 1 }),
      await serveJson({ h: [{ x: "p", le: { 2: 1, "+Inf": 1 }, s: 1 }], n: 2 }),
      await serveJson({ h: [] }),
    ];
    json = await configureJson(`
modules:
  api:
    metrics:
      - { name: h, help: H., type: histogram, each: h, buckets: le, sum: s, labels: { x: x } }
      - { name: n, help: N., value: n, optional: true, labels: { x: { value: nothing, optional: true } } }
targets:
  - { module: api, url: "${first.origin}" }
  - { module: api, name: b, url: "${second.origin}", fixed_labels: { place: b } }
  - { module: api, name: c, url: "${third.origin}", fixed_labels: { place: c } }`);
    const { collectors } = json;
    const pipeline = new Pipeline({ base: [], logger: silentLogger });
    await pipeline.use(collectors);
    const { registry } = await pipeline.collect({ signal: new AbortController().signal });
    const lines = (await registry.metrics()).split("\n");
    expect(lines.filter((line) => /^(?:h|n|exporterkit_collector_success)[_{ ]/.test(line))).toEqual([
      'exporterkit_collector_success{collector="json:api"} 1',
      'exporterkit_collector_success{collector="json:b"} 1',
      'exporterkit_collector_success{collector="json:c"} 1',
      'h_bucket{x="p",le="1"} 1',
      'h_bucket{x="p",le="2"} 1',
      'h_bucket{x="p",le="+Inf"} 2',
      'h_sum{x="p"} 3',
      'h_count{x="p"} 2',
      'h_bucket{x="p",place="b",le="1"} 0',
      'h_bucket{x="p",place="b",le="2"} 1',
      'h_bucket{x="p",place="b",le="+Inf"} 1',
      'h_sum{x="p",place="b"} 1',
      'h_count{x="p",place="b"} 1',
      "n 1",
      'n{place="b"} 2',
    ]);
    await pipeline.stop();
  });

  it("of one module have a collector, labels and credentials each", async () => {
    const { origin, requests } = await serveJson({ n: 1 });
    json = await configureJson(`
modules:
  api:
    fixed_labels: { api: shop, place: none }
    basic_auth: { username: all, password: sesame }
    metrics: [{ name: n, help: N., value: n }]
targets:
  - { module: api, url: ${origin} }
  - { module: api, name: paris, url: ${origin}, fixed_labels: { place: paris }, authorization: { credentials: open } }`);
    const lines = await json.lines();
    expect(lines.filter((line) => /^n|up/.test(line))).toEqual([
      'json_target_up{target="api",module="api"} 1',
      'n{api="shop",place="none"} 1',
      'json_target_up{target="paris",module="api"} 1',
      'n{api="shop",place="paris"} 1',
    ]);
    const sent = requests.map(({ headers }) => String(headers.authorization));
    expect(sent.toSorted()).toEqual([`Basic ${Buffer.from("all:sesame").toString("base64")}`, "Bearer open"]);
  });
});
