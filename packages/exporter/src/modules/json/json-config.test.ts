import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { readConfig } from "../../config/read-config.ts";
import { messageOf } from "../../exporter-error.ts";
import { type JsonConfig, jsonSchema } from "./json-config.ts";

const folder = mkdtempSync(join(tmpdir(), "json-config-"));
afterAll(() => rmSync(folder, { recursive: true }));

async function read(yaml: string): Promise<{ config: JsonConfig; shown: string }> {
  const file = join(folder, "config.yml");
  writeFileSync(file, yaml, { mode: 0o600 });
  const { config, shown } = await readConfig([file], z.strictObject({ json: jsonSchema }));
  return { config: config.json, shown };
}

async function problems(yaml: string): Promise<string[]> {
  try {
    await read(yaml);
    return [];
  } catch (error) {
    return messageOf(error).replaceAll(join(folder, "config.yml"), "c").split("\n");
  }
}

const module = (rest: string): string =>
  `json:\n  modules:\n    shop:\n      ${rest.trim().replaceAll("\n", "\n      ")}\n`;
const metric = (rest: string): string =>
  module(`metrics:\n  - name: m\n    help: M.\n    ${rest.trim().replaceAll("\n", "\n    ")}`);

describe("expressions", () => {
  it("that do not parse are told with their place and what is wrong", async () => {
    expect(await problems(metric("value: a b\nlabels:\n  x: $sum(\neach: a.[1"))).toEqual([
      'c:7:18: json.modules.shop.metrics[0].value: is no JSONata expression: Syntax error: "b" at character 3; see jsonata.org',
      expect.stringMatching(
        /^c:9:16: json\.modules\.shop\.metrics\[0\]\.labels\.x: is no JSONata expression: .* at character 5; see jsonata\.org$/,
      ),
      expect.stringMatching(/^c:10:17: json\.modules\.shop\.metrics\[0\]\.each: is no JSONata expression: /),
    ]);
  });

  it("of json_exporter are told what to write", async () => {
    const [problem] = await problems(metric("value: '{ .counter.a }'"));
    expect(problem).toContain("JSONata has neither braces nor a dot at the start: write counter.a");
  });

  it("may name parents that there are, and no others", async () => {
    expect(await problems(metric("each: a.b\nvalue: n\nlabels:\n  x: '%.name'"))).toEqual([]);
    expect(await problems(metric("each: $entries(a)\nvalue: value\nlabels:\n  x: '%.name'"))).toEqual([
      "c:10:16: json.modules.shop.metrics[0].labels.x: has a % that leads to no parent; each must be a path such as groups.items, whose last steps are the parents",
    ]);
    expect(await problems(metric("value: '%.name'"))).toEqual([expect.stringContaining("leads to no parent")]);
  });
});

describe("metrics", () => {
  it.each([
    ["type: gauge", "metrics[0]: has no value, which a metric of type gauge needs; add it"],
    ["type: histogram\nbuckets: b", "metrics[0]: has no sum, which a metric of type histogram needs; add it"],
    ["type: info\nvalue: a", "metrics[0].value: is nothing that a metric of type info has; remove it, or correct type"],
    ["value: a\nunit: bytes", 'metrics[0].name: m: the name does not end in the unit "bytes"; make them agree.'],
    ["type: info", "metrics[0].name: m: the name of an info ends in _info; add it."],
    [
      "value: a\nlabels: { x: y }\nfixed_labels: { x: z }",
      "metrics[0].labels.x: is among fixed_labels, too; give one of them",
    ],
    ["value: a\nlabels: { 1x: y }", 'metrics[0].labels.1x: the key "1x" is not valid: is no name of a label'],
    ["value: a\nconvert: seconds", 'metrics[0].convert: "seconds" is not one of'],
    ["value: a\nmap: { up: yes }", "metrics[0].map.up: expected a number, not a text"],
    ["type: histogram\nbuckets: b\nsum: s\nlabels: { le: x }", "metrics[0]: the label le is that of its buckets"],
  ])("%j", async (rest, problem) => {
    expect((await problems(metric(rest))).join("\n")).toContain(problem);
  });

  it("of one name are declared alike", async () => {
    const two = module("metrics:\n  - { name: m, help: M., value: a }\n  - { name: m, help: N., value: b }");
    expect(await problems(two)).toEqual([
      "c:3:5: json.modules.shop: has two metrics m whose help differs; make it the same",
    ]);
  });
});

describe("requests", () => {
  const rest = "\nmetrics:\n  - { name: m, help: M., value: a }";

  it.each([
    ["url: ftp://a/", "url: is neither http nor https; correct it"],
    ["url: http://{{host}}/", "url: has a parameter in its host; use probes for several hosts"],
    ["url: http://user:sesame@host/", "url: has a user name or password; use basic_auth"],
    ["url: //host/", "url: begins with two slashes"],
    ["url: /a/{{", "url: holds a {{ that names no parameter"],
    ["url: /a/{{target}}", "url: names the parameter target, which every probe has for itself"],
    ["method: get", "method: is no method"],
    ['headers: { "a b": c }', "is no name of a header; correct it"],
    ["timeout: 0s", "timeout: is no time at all"],
    [
      "basic_auth: { password: sesame1 }\nauthorization: { credentials: sesame2 }",
      "has several of basic_auth, authorization and oauth2; keep one",
    ],
    ["tls_config: { cert_file: a }", "tls_config: has one of cert_file and key_file; give both"],
    ["proxy_url: proxy", "proxy_url: is not the URL of a proxy"],
    ["pages: { max: 3 }", "pages: needs exactly one of next, link_header, cursor and items"],
    ["pages: { cursor: next }", "pages: has no parameter; name that of the query"],
    ["pages: { next: next, parameter: page }", "pages: needs no parameter; remove it"],
    ['probe: { allow: ["10.0.0.0/33"] }', "probe.allow[0]: Target rule"],
  ])("%j", async (fields, problem) => {
    const found = await problems(module(fields + rest));
    expect(found.join("\n")).toContain(problem);
    expect(found.join("\n")).not.toContain("sesame");
  });

  it("of several URLs stand below requests", async () => {
    const requests = "\nrequests:\n  - { url: /a, metrics: [{ name: m, help: M., value: a }] }";
    expect(await problems(module(`url: /b${requests}`))).toEqual([
      "c:4:12: json.modules.shop.url: belongs to metrics, which there are none of beside it; move it to a request",
    ]);
    expect(await problems(module(`headers: { X-A: b }${requests}`))).toEqual([]);
  });

  it("are one at least", async () => {
    expect(await problems(module("timeout: 3s"))).toEqual([
      "c:3:5: json.modules.shop: has no metrics; add metrics, or requests",
    ]);
  });
});

describe("targets", () => {
  const shop = module("url: /{{region}}\nmetrics:\n  - { name: m, help: M., value: a }");

  it.each([
    ["- { module: ship, url: http://a }", "targets[0].module: is none of modules; write one of shop"],
    ["- { module: shop, url: a }", "targets[0].url: is not a URL"],
    ["- { module: shop, url: http://u:sesame@a }", "targets[0].url: has a user name or password; use basic_auth"],
    [
      "- { module: shop, url: http://a }\n    - { module: shop, url: http://b }",
      'targets[1]: is called "shop" like another target',
    ],
    [
      "- { module: shop, url: http://a }\n    - { module: shop, name: other, url: http://b }",
      'targets[1]: has the metric m with the same fixed labels as target "shop"; give it fixed_labels that tell their series apart',
    ],
    [
      "- { module: shop, url: http://a, parameters: { ragion: eu } }",
      "targets[0].parameters.ragion: is no parameter of the module",
    ],
  ])("%j", async (targets, problem) => {
    const found = await problems(`${shop}  targets:\n    ${targets}\n`);
    expect(found.join("\n")).toContain(problem);
    expect(found.join("\n")).not.toContain("sesame");
  });
});

describe("metrics of several targets", () => {
  const modules = `json:
  modules:
    a: { metrics: [{ name: m, help: M., value: a, labels: { x: x } }, { name: h_seconds, help: H., type: histogram, buckets: b, sum: s }] }
    b: { metrics: [{ name: m, help: M., value: a }] }
    c: { metrics: [{ name: m, help: Other., value: a }] }
    d: { metrics: [{ name: h_seconds_bucket, help: H., value: a }] }
    e: { metrics: [{ name: m, help: M., value: a, fixed_labels: { y: e } }] }
`;
  const two = async (first: string, second: string): Promise<string> =>
    (
      await problems(
        `${modules}  targets:\n    - { url: "http://u", ${first} }\n    - { url: "http://v", ${second} }\n`,
      )
    ).join("\n");

  it.each([
    ["module: a", "module: b", 'targets[1]: has the metric m with the same fixed labels as target "a"'],
    [
      "module: a",
      "module: b, fixed_labels: { x: v }",
      'targets[1]: has the metric m with the same fixed labels as target "a"',
    ],
    [
      "module: a",
      "module: c, fixed_labels: { y: v }",
      "targets: have two metrics m whose help differs; make it the same",
    ],
    ["module: a", "module: d", "targets: have a metric whose name is taken: "],
    ["module: a", "module: b, fixed_labels: { y: v }", ""],
    ["module: a", "module: e", ""],
    ["module: a, fixed_labels: { y: u }", "module: a, name: second, fixed_labels: { y: v }", ""],
  ])("%s and %s", async (first, second, problem) => {
    const found = await two(first, second);
    if (problem === "") expect(found).toBe("");
    else expect(found).toContain(problem);
  });

  it("have no name of the module's own", async () => {
    const own = module("metrics:\n  - { name: json_target_up, help: M., value: a }");
    expect(await problems(own)).toEqual([
      expect.stringContaining("json.modules.shop: has a metric whose name is taken: "),
    ]);
  });
});

it("has secrets that are read from files and are not shown", async () => {
  writeFileSync(join(folder, "key.txt"), "sesame\n");
  const yaml = module(`
headers:
  X-Api-Key: { secret_file: key.txt }
query: { key: { secret: sesame } }
oauth2: { client_id: me, client_secret_file: key.txt, token_url: "http://a/token" }
metrics:
  - { name: m, help: M., value: a }`);
  const { config, shown } = await read(yaml);
  const { headers, query, oauth2 } = config.modules["shop"]!;
  const key = headers["X-Api-Key"]!;
  expect(typeof key === "string" ? key : key.secret.reveal()).toBe("sesame");
  expect(typeof query["key"]).toBe("object");
  expect(oauth2!.client_secret.reveal()).toBe("sesame");
  expect(shown).not.toContain("sesame");
  expect(shown).toContain("timeout: 5s");
});
