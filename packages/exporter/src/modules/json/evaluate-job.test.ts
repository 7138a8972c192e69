import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { evaluateJob } from "./evaluate-job.ts";
import type { BodyOfResponse, EvaluationResult, MetricPlan } from "./evaluation-job.ts";

function body(text: string, format: BodyOfResponse["format"] = "json"): BodyOfResponse {
  return { bytes: new TextEncoder().encode(text), format, charset: "utf-8", delimiter: "," };
}

interface Asked extends Partial<Omit<MetricPlan, "labels">> {
  readonly value?: string;
  readonly labels?: Readonly<Record<string, string>>;
}

function plan({ value, labels = {}, ...rest }: Asked): MetricPlan {
  return {
    name: "m",
    kind: "number",
    each: undefined,
    values: value === undefined ? {} : { value },
    labels: Object.entries(labels).map(([name, text]) => ({ name, value: text, isOptional: false })),
    isOptional: false,
    conversion: "number",
    map: undefined,
    unmapped: undefined,
    maxSeries: 1000,
    isCumulative: true,
    ...rest,
  };
}

async function evaluate(document: unknown, asked: Asked): Promise<unknown> {
  const bodies = [typeof document === "string" ? body(document) : body(JSON.stringify(document))];
  return outcome(await evaluateJob({ bodies, isPaged: false, metrics: [plan(asked)], milliseconds: 1000 }));
}

/** `{a="x"} 1` for each series, or the error. */
function outcome(result: EvaluationResult): unknown {
  if ("error" in result) return result.error;
  const [metric] = result.metrics;
  return "error" in metric! ? metric.error : metric!.series.map(({ labels, value }) => [...labels, value]);
}

// The documents of what users of json_exporter asked for.
const beings = {
  name: "global-counter",
  category: "living-things",
  beings: [
    {
      kind: "animals",
      specifics: [
        { noun: "lion", population: 123 },
        { noun: "deer", population: 456 },
      ],
    },
    { kind: "fish", specifics: [{ noun: "shark", population: 789 }] },
  ],
};

describe("series", () => {
  it("have labels of their parents, at any depth", async () => {
    const labels = { noun: "noun", kind: "%.kind", category: "%.%.category", root: "$$.name" };
    expect(await evaluate(beings, { each: "beings.specifics", value: "population", labels })).toEqual([
      ["lion", "animals", "living-things", "global-counter", 123],
      ["deer", "animals", "living-things", "global-counter", 456],
      ["shark", "fish", "living-things", "global-counter", 789],
    ]);
  });

  it("have the keys of an object as labels", async () => {
    const document = { "452": { value: 4352, percent: 0.34 }, "22": { value: 0, percent: 0 } };
    expect(await evaluate(document, { each: "$entries($)", value: "value.value", labels: { id: "key" } })).toEqual([
      ["22", 0],
      ["452", 4352],
    ]);
  });

  it("have keys and parents at once", async () => {
    const document = { pools: [{ name: "p", disks: { d1: { t: 30 }, d2: { t: 31 } } }] };
    const each = 'pools.($pool := name; $entries(disks).{"pool": $pool, "disk": key, "t": value.t})';
    expect(await evaluate(document, { each, value: "t", labels: { pool: "pool", disk: "disk" } })).toEqual([
      ["p", "d1", 30],
      ["p", "d2", 31],
    ]);
  });

  it("come of nested lists without an index, and of lists of lists", async () => {
    const document = {
      result: [
        {
          name: "a",
          subscribers: [
            { id: 7, n: 1 },
            { id: 8, n: 2 },
          ],
        },
      ],
    };
    const asked = { each: "result.subscribers[id=8]", value: "n", labels: { of: "%.name" } };
    expect(await evaluate(document, asked)).toEqual([["a", 2]]);
    expect(
      await evaluate(
        [
          ["a", 1],
          ["b", 2],
        ],
        { each: "$", value: "$[1]", labels: { name: "$[0]" } },
      ),
    ).toEqual([
      ["a", 1],
      ["b", 2],
    ]);
  });

  it("come of an expression that is no path", async () => {
    const document = {
      a: [
        { n: 1, x: "q" },
        { n: 5, x: "r" },
      ],
      b: [],
    };
    const labels = { x: "x" };
    expect(await evaluate(document, { each: "a ~> $filter(function($i){$i.n > 1})", value: "n", labels })).toEqual([
      ["r", 5],
    ]);
    expect(await evaluate(document, { each: "true ? a : b /* comment */", value: "n", labels })).toEqual([
      ["q", 1],
      ["r", 5],
    ]);
    expect(await evaluate(document, { each: "a^(>n)", value: "n", labels })).toEqual([
      ["r", 5],
      ["q", 1],
    ]);
  });

  it("have the position of an item as a label, or are added up, where nothing else tells items apart", async () => {
    const document = {
      rows: [
        { kind: "a", n: 1 },
        { kind: "b", n: 2 },
        { kind: "a", n: 3 },
      ],
    };
    expect(await evaluate(document, { each: "rows#$i", value: "n", labels: { i: "$i", kind: "kind" } })).toEqual([
      ["0", "a", 1],
      ["1", "b", 2],
      ["2", "a", 3],
    ]);
    expect(
      await evaluate(document, { each: "$entries(rows{kind: $sum(n)})", value: "value", labels: { kind: "key" } }),
    ).toEqual([
      ["a", 4],
      ["b", 2],
    ]);
    expect(await evaluate({ rows: [] }, { each: "$entries(rows{kind: $sum(n)})", value: "value" })).toEqual([]);
  });

  it("are one of the whole document, also where that is a list", async () => {
    expect(await evaluate([{ n: 1 }, { n: 2 }], { value: "$sum(n)" })).toEqual([[3]]);
    expect(await evaluate({ up: true }, { value: "up" })).toEqual([[1]]);
  });

  it("are none where a list is empty, or a filter leaves nothing", async () => {
    const document = { orders: [], done: [{ state: "ok", n: 1 }] };
    expect(await evaluate(document, { each: "orders", value: "n" })).toEqual([]);
    expect(await evaluate(document, { each: "orders.items", value: "n" })).toEqual([]);
    expect(await evaluate(document, { each: 'done[state="failed"]', value: "n" })).toEqual([]);
  });

  it("keep all digits of big integers in labels, and tell neighbours apart", async () => {
    const document =
      '{"rows": [{"id": 9007199254740993, "n": 12345678901234567890, "s": "\\"9007199254740993"}, {"id":9007199254740992,"n":1,"s":""}]}';
    expect(await evaluate(document, { each: "rows", value: "n", labels: { id: "id", s: "s" } })).toEqual([
      ["9007199254740993", '"9007199254740993', Number("12345678901234567890")],
      ["9007199254740992", "", 1],
    ]);
    expect(await evaluate('{"ns": 1700000000123456789}', { value: "ns / 1e9" })).toEqual([[1700000000.1234567]]);
  });

  it("have numbers for texts", async () => {
    const map = { up: 1, down: 0 };
    expect(await evaluate({ s: "up" }, { value: "s", map })).toEqual([[1]]);
    expect(await evaluate({ s: "odd" }, { value: "s", map, unmapped: -1 })).toEqual([[-1]]);
    expect(await evaluate({ s: "odd" }, { value: "s", map })).toBe(
      'value: "s" is "odd", which map does not have; add it, or set unmapped',
    );
    expect(await evaluate({ v: "17.8" }, { value: "v" })).toEqual([[17.8]]);
    expect(await evaluate({ t: "2024-07-25T16:51:01+01:00" }, { value: "t", conversion: "date" })).toEqual([
      [1721922661],
    ]);
  });
});

describe("an error", () => {
  it("names what is missing, and where", async () => {
    const remedy = "; mark the metric optional, if it need not be there";
    expect(await evaluate({ orders: {} }, { value: "orders.open" })).toBe(
      `value: "orders.open" is missing: there is no "open" in orders${remedy}`,
    );
    expect(await evaluate({ orders: 1 }, { each: "order.items", value: "n" })).toBe(
      'each: there is no "order" in the response (in "order.items")',
    );
    expect(await evaluate({ a: [{ n: 1 }, {}] }, { each: "a", value: "n", labels: {} })).toContain(
      `value: "n" is missing in item 2 of 2${remedy}`,
    );
    expect(await evaluate({ n: " " }, { value: "n" })).toBe(`value: "n" is empty${remedy}`);
    expect(await evaluate({ a: { n: null } }, { value: "a.n" })).toBe(`value: "a.n" is null${remedy}`);
    expect(await evaluate({ a: [{ n: 1 }] }, { each: "a", value: "n", labels: { x: "x.y" } })).toBe(
      'labels.x: "x.y" is missing in item 1 of 1; mark the label optional, if it need not be there',
    );
  });

  it("is none where the metric is optional", async () => {
    expect(await evaluate({}, { value: "a.b", isOptional: true })).toEqual([]);
    expect(await evaluate({}, { each: "a.b", value: "c", isOptional: true })).toEqual([]);
    expect(await evaluate({ a: "" }, { value: "a", isOptional: true })).toEqual([]);
    expect(await evaluate({ a: "" }, { value: "a", map: { "": 0 } })).toEqual([[0]]);
    expect(
      await evaluate(
        { a: [{ c: 1, x: "p" }, { x: "q" }] },
        { each: "a", value: "c", labels: { x: "x" }, isOptional: true },
      ),
    ).toEqual([["p", 1]]);
  });

  it("names the expression that fails, and its item", async () => {
    const document = { a: [{ n: 1, s: "x", o: {} }] };
    expect(await evaluate(document, { each: "a", value: "s + 1" })).toBe(
      'value: The left side of the "+" operator must evaluate to a number (in "s + 1")',
    );
    expect(await evaluate(document, { each: "a", value: "n", labels: { a: "s", b: "$sum(s)" } })).toMatch(
      /^labels\.b: .*"\$sum\(s\)"\)$/,
    );
    expect(await evaluate(document, { each: "$sum(a.s)", value: "n" })).toMatch(/^each: /);
    expect(await evaluate(document, { each: "a", value: "s" })).toBe(
      'value: "s" is "x", which is no number; use map, or convert, if it stands for one in item 1 of 1',
    );
    expect(await evaluate(document, { each: "a", value: "n", labels: { o: "o" } })).toBe(
      'labels.o: "o" is an object and no text in item 1 of 1',
    );
    expect(await evaluate({ n: -1 }, { value: "n", kind: "counter" })).toBe("value: a counter cannot be -1");
  });

  it("tells of series that cannot be told apart, and of too many", async () => {
    const a = [
      { n: 1, x: "p" },
      { n: 2, x: "p" },
    ];
    expect(await evaluate({ a }, { each: "a", value: "n", labels: { x: "x" } })).toBe(
      'items 1 and 2 have the same labels {x="p"}; add a label that tells them apart',
    );
    expect(await evaluate({ a }, { each: "a", value: "n", maxSeries: 1 })).toBe(
      "it has 2 series, which is more than 1; filter them, or set max_series",
    );
    expect(await evaluate({ x: "y".repeat(1025) }, { value: "1", labels: { x: "x" } })).toBe(
      "labels.x: a value has 1025 characters, more than 1024",
    );
  });

  it("costs one metric, not the others", async () => {
    const metrics = [plan({ value: "b" }), plan({ value: "a" })];
    expect(await evaluateJob({ bodies: [body('{"a":1}')], isPaged: false, metrics, milliseconds: 1000 })).toMatchObject(
      {
        metrics: [{ error: expect.stringContaining('no "b"') }, { series: [{ labels: [], value: 1 }] }],
      },
    );
  });

  it("of a body says what is wrong with it, and quotes nothing of it", async () => {
    expect(await evaluate("sesame", { value: "a" })).toMatch(/^the body is not JSON: Unexpected token 's'$/);
    expect(await evaluate('{"a":1}\n{"a":2}\n', { value: "a" })).toMatch(
      /^the body is not JSON: .* after JSON at position 8.*; set format: ndjson if each line is JSON$/,
    );
    expect(await evaluate('{"a":', { value: "a" })).toBe("the body is not JSON: Unexpected end of JSON input");
    expect(await evaluate("", { value: "a" })).toBe("the body is empty");
    expect(await evaluate("<html>", { value: "a" })).toContain("XML or HTML");
    const bytes = new Uint8Array([34, 0xff, 34]);
    const job = { bodies: [{ ...body(""), bytes }], isPaged: false, metrics: [], milliseconds: 1000 };
    expect(await evaluateJob(job)).toEqual({ error: "the body is not utf-8" });
  });
});

it("whatever a document holds, it costs the metrics that depend on it and nothing else", async () => {
  const metrics = [
    plan({ value: "1" }),
    plan({ each: "a.b", value: "c", labels: { x: "%.d", y: "$$.e" } }),
    plan({ each: "$entries($)", value: "value", labels: { key: "key" } }),
    plan({ kind: "histogram", values: { buckets: "a", sum: "b" } }),
    plan({ value: "$sum(a.b)" }),
  ];
  const json = fc.letrec((tie) => ({
    any: fc.oneof(
      fc.jsonValue(),
      fc.dictionary(fc.constantFrom("a", "b", "c", "d", "e", "__proto__"), tie("any"), { maxKeys: 4 }),
    ),
  })).any;
  await fc.assert(
    fc.asyncProperty(json, async (document) => {
      const bodies = [body(JSON.stringify(document))];
      const result = await evaluateJob({ bodies, isPaged: false, metrics, milliseconds: 1000 });
      expect(result).toMatchObject({ metrics: [{ series: [{ labels: [], value: 1 }] }, {}, {}, {}, {}] });
    }),
    { numRuns: 200 },
  );
});

it("whatever a body holds, it is read or refused", async () => {
  const formats = fc.constantFrom("json" as const, "ndjson" as const, "xml" as const, "csv" as const);
  await fc.assert(
    fc.asyncProperty(formats, fc.uint8Array({ maxLength: 200 }), fc.string(), async (format, bytes, text) => {
      for (const each of [bytes, new TextEncoder().encode(text), new TextEncoder().encode(`<a>${text}</a>`)]) {
        const job = {
          bodies: [{ ...body(""), bytes: each, format }],
          isPaged: false,
          metrics: [plan({ value: "1" })],
          milliseconds: 1000,
        };
        const result = await evaluateJob(job);
        expect("error" in result || result.metrics.length === 1).toBe(true);
      }
    }),
    { numRuns: 200 },
  );
});

describe("an expression", () => {
  it.each([
    ["never ends", "($f := function($x){$f($x + 1)}; $f(1))", "Evaluation timeout"],
    ["calls itself too often", "($f := function($x){1 + $f($x)}; $f(1))", "Stack overflow"],
    ["makes a long list", "[1..9999999]", "maximum sequence length"],
  ])("that %s is an error", async (_, value, error) => {
    expect(await evaluate({}, { value })).toContain(error);
  });
});

describe("other formats", () => {
  const read = async (
    text: string,
    format: BodyOfResponse["format"],
    asked: Asked,
    delimiter = ",",
  ): Promise<unknown> =>
    outcome(
      await evaluateJob({
        bodies: [{ ...body(text, format), delimiter }],
        isPaged: false,
        metrics: [plan(asked)],
        milliseconds: 1000,
      }),
    );

  it("are lines of JSON", async () => {
    const text = '{"n":1,"x":"a"}\r\n\n\u001e{"n":2,"x":"b"}\n';
    expect(await read(text, "ndjson", { each: "$", value: "n", labels: { x: "x" } })).toEqual([
      ["a", 1],
      ["b", 2],
    ]);
    expect(await read("{}\n{", "ndjson", { value: "1" })).toMatch(/^line 2 of the body is not JSON/);
  });

  it("are CSV", async () => {
    const text = '\ufeffname; load \n"a;b";1.5\n\nc;2\n';
    const asked = { each: "$", value: "load", labels: { name: "name" } };
    expect(await read(text, "csv", asked, ";")).toEqual([
      ["a;b", 1.5],
      ["c", 2],
    ]);
    expect(await read("a,b\n1\n", "csv", { value: "1" })).toMatch(/^the body is not CSV: Invalid Record Length/);
  });

  it("are XML", async () => {
    const text = `<?xml version="1.0"?><s:status xmlns:s="urn:x" up="true"><disk id="a">5</disk><disk id="b"><![CDATA[6]]></disk>
      <load>1.5</load><empty/></s:status>`;
    const asked = { each: "status.disk", value: "_text", labels: { id: "_id", up: "%._up" } };
    expect(await read(text, "xml", asked)).toEqual([
      ["a", "true", 5],
      ["b", "true", 6],
    ]);
    expect(await read(text, "xml", { value: "status.load" })).toEqual([[1.5]]);
  });

  it("are XML whose entities are not looked at", async () => {
    const bomb = `<!DOCTYPE a [<!ENTITY x "1"><!ENTITY y "&x;&x;"><!ENTITY z SYSTEM "file:///etc/passwd">]><a>&y;</a>`;
    expect(await read(bomb, "xml", { value: "a" })).toMatch(/^the body is not XML: .*undefined entity/);
    expect(await read("<a>".repeat(300), "xml", { value: "a" })).toContain("nested deeper than 200");
    expect(await read("<a>&lt;1&#50;</a>", "xml", { value: '$substringAfter(a, "<")' })).toEqual([[12]]);
    expect(await read("<a><b></a>", "xml", { value: "a" })).toMatch(/^the body is not XML/);
  });
});

describe("histograms", () => {
  const histogram = { kind: "histogram" as const, values: { buckets: "b", sum: "s", count: "c" } };
  const read = async (document: unknown, asked: Asked = {}): Promise<unknown> => {
    const job = { bodies: [body(JSON.stringify(document))], isPaged: false, milliseconds: 1000 };
    const result = await evaluateJob({ ...job, metrics: [plan({ ...histogram, ...asked })] });
    return "metrics" in result ? result.metrics[0] : result;
  };

  it("have buckets of objects and lists, cumulative or not", async () => {
    const buckets = [
      [0.1, 3],
      [1, 5],
      [Infinity, 6],
    ];
    const series = [{ labels: [], value: 2.5, buckets }];
    expect(await read({ b: { 1: 5, "0.1": 3 }, s: 2.5, c: 6 })).toEqual({ series });
    expect(await read({ b: { "0.1": 3, 1: 5, "+Inf": 6 }, s: 2.5 })).toEqual({ series });
    expect(
      await read({
        b: [
          [0.1, 3],
          [1, 5],
          ["Inf", 6],
        ],
        s: 2.5,
      }),
    ).toEqual({ series });
    const alone = [
      { le: "0.1", count: 3 },
      { le: 1, count: 2 },
      { le: "+Inf", count: 1 },
    ];
    expect(await read({ b: alone, s: 2.5 }, { isCumulative: false })).toEqual({ series });
  });

  it("say what is wrong with them", async () => {
    expect(await read({ b: { 1: 5 }, s: 1 })).toEqual({
      error: "buckets: there is none for +Inf; add one, or give the count",
    });
    expect(await read({ b: { 1: 5, 2: 3 }, s: 1, c: 6 })).toMatchObject({
      error: expect.stringContaining("less than 5"),
    });
    expect(await read({ b: 7, s: 1, c: 6 })).toMatchObject({ error: expect.stringContaining("they are 7") });
    expect(await read({ b: { 1: 5 }, c: 5 })).toMatchObject({ error: expect.stringContaining('sum: "s" is missing') });
  });
});

describe("pages", () => {
  it("make one document, a list", async () => {
    const bodies = [body('{"items":[{"n":1,"x":"a"}],"next":"/p2"}'), body('{"items":[{"n":2,"x":"b"}],"next":null}')];
    const metrics = [plan({ each: "items", value: "n", labels: { x: "x" } }), plan({ value: "$sum(items.n)" })];
    expect(await evaluateJob({ bodies, isPaged: true, metrics, milliseconds: 1000 })).toMatchObject({
      metrics: [{ series: [{ labels: ["a"] }, { labels: ["b"] }] }, { series: [{ value: 3 }] }],
    });
    const next = async (text: string): Promise<unknown> =>
      await evaluateJob({ bodies: [body(text)], isPaged: false, metrics: [], next: "next", milliseconds: 1000 });
    expect(await next('{"next":"/p2"}')).toMatchObject({ next: "/p2" });
    expect(await next('{"next":12345678901234567}')).toMatchObject({ next: "12345678901234567" });
    for (const end of ["null", '""', "false"]) expect(await next(`{"next":${end}}`)).toMatchObject({ next: undefined });
    expect(await next("{}")).toMatchObject({ next: undefined });
  });
});
