import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { z } from "zod";
import { ExporterError } from "../exporter-error.ts";
import { byteSize } from "./byte-size.ts";
import { duration } from "./duration.ts";
import { filePath } from "./file-path.ts";
import { readConfig, type ReadConfigOptions } from "./read-config.ts";
import { secret } from "./secret.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "read-config-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

function write(name: string, text: string | Uint8Array): string {
  const file = join(folder, name);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
  return file;
}

/** What is made of one file. */
async function read<T>(text: string | Uint8Array, schema: z.ZodType<T>, options?: ReadConfigOptions): Promise<T> {
  return (await readConfig([write("a.yml", text)], schema, options)).config;
}

/** The lines of the error that the patterns are answered with, file names without the folder. */
async function problems(
  patterns: readonly string[],
  schema: z.ZodType,
  options: ReadConfigOptions = {},
): Promise<string[]> {
  const error = await readConfig(patterns, schema, { environment: {}, ...options }).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (error === undefined) return [];
  expect(error).toBeInstanceOf(ExporterError);
  expect(error).toMatchObject({ code: "invalid_config" });
  return (error as Error).message.split("\n").map((line) => line.replaceAll(`${folder}/`, ""));
}

const target = z.strictObject({
  url: z.url(),
  every: duration().prefault("30s"),
  largest: byteSize().default(1 << 20),
  password: secret().optional(),
  method: z.enum(["GET", "POST"]).default("GET"),
  labels: z.record(z.string().regex(/^[a-z_]+$/, "is no label name; use a to z and _"), z.string()).default({}),
});
const schema = z.object({
  web: z
    .strictObject({ port: z.int().min(1).max(65_535).default(80), paths: z.array(z.string()).default([]) })
    .prefault({}),
  modules: z.strictObject({ http: z.strictObject({ targets: z.array(target).min(1) }).optional() }).prefault({}),
});

it("answers ten mistakes with ten located messages", async () => {
  const file = write(
    "ten.yml",
    `web:
  prot: 8080
  paths: /metrics
modules:
  http:
    targets:
      - url: localhost
        every: 5 minutes
        largest: lots
        metod: POST
      - every: 1m
        method: PUT
        labels: { "1st": x, zone: x }
        password: \${PASSWORD}
`,
  );
  expect(await problems([file], schema)).toEqual([
    'ten.yml:2:3: web: unknown key "prot"; did you mean "port"?',
    "ten.yml:3:10: web.paths: expected a list, not a text; write each entry on a line of its own after a hyphen",
    "ten.yml:7:14: modules.http.targets[0].url: is not a URL; write it as in http://localhost:8080/path",
    "ten.yml:8:16: modules.http.targets[0].every: is not a duration; write it as in 30s, 1m30s or 500ms, the larger unit first",
    "ten.yml:9:18: modules.http.targets[0].largest: is not a size in bytes; write it as in 512KiB, 10MiB or 1GB",
    'ten.yml:10:9: modules.http.targets[0]: unknown key "metod"; did you mean "method"?',
    "ten.yml:11:9: modules.http.targets[1].url: is missing; add it",
    'ten.yml:12:17: modules.http.targets[1].method: "PUT" is not one of "GET", "POST"; choose one of them',
    'ten.yml:13:19: modules.http.targets[1].labels.1st: the key "1st" is not valid: is no label name; use a to z and _',
    "ten.yml:14:19: modules.http.targets[1].password: the environment variable PASSWORD is not set; set it, or write ${PASSWORD:-default}",
  ]);
});

describe("several files", () => {
  it("are joined, below modules key by key and list by list", async () => {
    write("main.yml", "web: { port: 8080 }\nmodules:\n  http:\n    targets:\n      - url: http://a/\n");
    write("conf.d/b.yml", "modules: { http: { targets: [{ url: http://b/ }] } }\n");
    write("conf.d/a.yml", "modules:\n");
    write("conf.d/.c.yml", "not: read\n");
    const patterns = [join(folder, "main.yml"), join(folder, "conf.d/*.yml")];
    const { config, files } = await readConfig(patterns, schema);
    expect(config.web.port).toBe(8080);
    expect(config.modules.http?.targets.map(({ url }) => url)).toEqual(["http://a/", "http://b/"]);
    expect(files).toEqual(["main.yml", "conf.d/a.yml", "conf.d/b.yml"].map((name) => join(folder, name)));
  });

  it("may say a thing once only, and both places are told", async () => {
    write("1.yml", "web:\n  port: 1\nmodules: { http: { targets: [] } }\n");
    write("2.yml", "\nweb:\n  port: 2\nmodules: { http: x }\n");
    const lines = await problems([join(folder, "[12].yml")], schema);
    expect(lines).toContain("2.yml:2:1: web: is given also in 1.yml:1:1; keep one of them");
    expect(lines).toContain("2.yml:4:12: modules.http: is given also in 1.yml:3:12; keep one of them");
  });

  it("are each told where they cannot be read", async () => {
    write("empty.yml", "# nothing\n");
    write("latin1.yml", Buffer.from("a: 1\nb: caf\xE9\n", "latin1"));
    write("large.yml", `# ${"x".repeat(1 << 20)}`);
    const patterns = ["no.yml", "none/*.yml", "", "empty.yml", "latin1.yml", "large.yml"].map((name) =>
      join(folder, name),
    );
    expect(await problems(patterns, schema)).toEqual([
      "none/*.yml: no file has such a name; correct the pattern",
      "no.yml: cannot be read: there is no such file; correct its name",
      `${folder}: cannot be read: it is a directory; name the files in it, as in directory/*.yml`,
      "empty.yml:1:1: is empty; write what it is to configure, or {} for the defaults",
      "latin1.yml:2:7: is not UTF-8 from here on; save it in that encoding",
      "large.yml:1:1: is larger than 1048576 bytes; divide it into several",
    ]);
  });

  it("are none where none is named: the defaults", async () => {
    expect(await readConfig([], schema)).toMatchObject({ config: { web: { port: 80 }, modules: {} }, files: [] });
  });
});

describe("a mistake in YAML", () => {
  it.each([
    ["a: b: c", "1:4: YAML syntax: a mapping or list begins in the line of a key"],
    ["a:\n\t- b", "2:1: YAML syntax: a tab cannot indent; use spaces"],
    ["a: [b\nc: d", "2:1: YAML syntax: "],
    ['a: "b', "1:6: YAML syntax: a character is missing here"],
    ["a: @b", "1:4: YAML syntax: a text cannot begin with this character; put it in quotes"],
    ["a: !b c", "1:4: YAML syntax: an unknown tag; remove it, or quote the text that begins with !"],
    ["a: *b", "1:4: a: stands for an anchor that does not exist; quote the text if it is no alias"],
    ["a: 1\n---\nb: 2", "2:1: YAML syntax: a second document begins here"],
    ["a: 1\nb: 2\na: 3", "3:1: a: is given twice, first in line 1; keep one of them"],
    ["? [a]\n: b", "1:3: a key must be a plain text"],
    ["a: &a [*a]", "1:8: a[0][0][0][0][0][0][0]: is nested more than 64 deep; flatten it"],
    ["a: &a { <<: *a }", "1:13: a: is nested more than 64 deep; flatten it"],
    ["[".repeat(10_000), "YAML syntax: is nested too deep; flatten it"],
  ])("%.20j is located", async (text, message) => {
    const [line, ...others] = await problems([write("a.yml", text)], z.record(z.string(), z.unknown()));
    expect(line).toContain(message);
    expect(line).toMatch(/^a\.yml:\d+:\d+: /);
    expect(others).toEqual([]);
  });

  it("ends a document of aliases of aliases before it fills the memory", async () => {
    const doubled = Array.from({ length: 40 }, (_, n) => `k${n + 1}: &k${n + 1} [*k${n}, *k${n}]`);
    const text = ["k0: &k0 x", ...doubled].join("\n");
    expect((await problems([write("a.yml", text)], z.record(z.string(), z.unknown()))).join("\n")).toContain(
      "stands for more than 100000 values, as aliases of aliases do; write them out",
    );
  });

  it("tells a hundred of many problems", async () => {
    const lines = await problems([write("a.yml", "x: 1\n".repeat(5000))], z.strictObject({ x: z.number() }));
    expect(lines).toHaveLength(101);
    expect(lines.at(-1)).toBe("and 4899 more");
  });
});

describe("what YAML says in several ways", () => {
  it("is taken: anchors, merge keys, null for an empty mapping, numbers as keys", async () => {
    const strict = z.strictObject({
      base: z.strictObject({ a: z.number(), b: z.number() }),
      more: z.strictObject({ a: z.number(), b: z.number() }),
      none: z.strictObject({ x: z.string().optional() }),
      codes: z.record(z.string(), z.string()),
    });
    expect(
      await read("base: &base { a: 1, b: 2 }\nmore: { <<: *base, b: 3 }\nnone:\ncodes: { 200: ok }", strict),
    ).toEqual({
      base: { a: 1, b: 2 },
      more: { a: 1, b: 3 },
      none: {},
      codes: { "200": "ok" },
    });
  });

  it("is refused where the schema knows no such key, also below an object that is not strict", async () => {
    const loose = z.object({ a: z.object({ listen: z.string().optional() }).optional() });
    const file = write("a.yml", "a: { lisetn: x, __proto__: {}, constructor: {} }\n");
    expect(await problems([file], loose)).toEqual([
      'a.yml:1:6: a: unknown key "lisetn"; did you mean "listen"?',
      'a.yml:1:17: a: unknown key "__proto__"; remove it',
      'a.yml:1:32: a: unknown key "constructor"; known here: listen',
    ]);
  });
});

it("asks for the space after a colon without telling what follows", async () => {
  const file = write("a.yml", "user: { password:sesame, name=me }\n");
  const user = z.strictObject({ user: z.strictObject({ password: secret(), name: z.string() }) });
  expect(await problems([file], user)).toEqual([
    'a.yml:1:9: user: "password" must be followed by a colon and a space; write password: value',
    'a.yml:1:26: user: "name" must be followed by a colon and a space; write name: value',
  ]);
});

describe("a union", () => {
  const union = z.strictObject({
    check: z.discriminatedUnion("kind", [
      z.strictObject({ kind: z.literal("tcp"), port: z.int() }),
      z.strictObject({ kind: z.literal("http"), url: z.url(), password: secret().optional() }),
    ]),
    to: z.union([z.string(), z.array(z.string())]).optional(),
  });

  it("is explained by the option that is meant", async () => {
    const file = write("a.yml", "check:\n  kind: http\n  ur: http://a/\n  port: 1\nto: { a: b }\n");
    expect(await problems([file], union)).toEqual([
      'a.yml:3:3: check: unknown key "ur"; did you mean "url"?',
      'a.yml:4:3: check: unknown key "port"; known here: kind, url, password, password_file',
      "a.yml:5:1: to: expected a text or a list, not a mapping; correct it",
    ]);
    expect(await problems([write("a.yml", "check: { kind: htpp }")], union)).toEqual([
      'a.yml:1:16: check.kind: "htpp" is not one of "tcp", "http"; did you mean "http"?',
    ]);
    expect(await problems([write("a.yml", "check: { port: 1 }")], union)).toEqual([
      "a.yml:1:1: check.kind: is missing; add it",
    ]);
  });
});

describe("a variable of the environment", () => {
  const numbers = z.strictObject({ port: z.int(), on: z.boolean().optional(), text: z.string().optional() });
  const environment = { PORT: "8080", EMPTY: "", YES: "true" };

  it("is put in, as a number where one is asked for", async () => {
    expect(await read("port: ${PORT}\non: ${YES}\ntext: ${PORT}", numbers, { environment })).toEqual({
      port: 8080,
      on: true,
      text: "8080",
    });
    expect(await read("port: ${NO:-1}\ntext: 'a ${EMPTY:-b} $${PORT} $1 ${EMPTY}$'", numbers, { environment })).toEqual(
      {
        port: 1,
        text: "a b ${PORT} $1 $",
      },
    );
  });

  it("is named where it is not set, and never shown", async () => {
    const file = write("a.yml", "port: x${PORT}\non: ${NO_SUCH}\ntext: ${1}\n");
    expect(await problems([file], numbers, { environment })).toEqual([
      "a.yml:1:7: port: expected a number, not a text; write it in digits",
      "a.yml:2:5: on: the environment variable NO_SUCH is not set; set it, or write ${NO_SUCH:-default}",
      "a.yml:3:7: text: holds a ${ that names no variable; write ${NAME} or ${NAME:-default}, or $${ for the characters",
    ]);
  });
});

describe("a file that is named", () => {
  const files = z.strictObject({
    cert: filePath(),
    token: secret(),
    more: z.array(z.strictObject({ key: secret() })).default([]),
  });

  it("is found beside the configuration that names it", async () => {
    write("conf/secret", "open sesame\r\n");
    const file = write("conf/a.yml", "cert: tls/a.pem\ntoken_file: secret\nmore: [{ key_file: ./secret }]\n");
    const { config } = await readConfig([file], files);
    expect(config.cert).toBe(join(folder, "conf/tls/a.pem"));
    expect(config.token.reveal()).toBe("open sesame");
    expect(config.more[0]?.key.reveal()).toBe("open sesame");
  });

  it("is told where it holds no secret", async () => {
    write("empty", "\n");
    const text =
      "cert: ''\ntoken: x\ntoken_file: y\nmore:\n  - key_file: none\n  - key_file: empty\n  - {}\n  - key_file: [a]\n";
    expect(await problems([write("a.yml", text)], files)).toEqual([
      "a.yml:1:7: cert: is empty; give it a text",
      'a.yml:3:1: token_file: stands beside "token"; give one of them',
      'a.yml:5:15: more[0].key_file: the file "none" cannot be read: there is no such file; correct its name',
      'a.yml:6:15: more[1].key_file: the file "empty" is empty; write the secret into it',
      'a.yml:7:5: more[2].key: is missing; add it or "key_file"',
      "a.yml:8:15: more[3].key_file: names no file; write the path of the file that holds the secret",
    ]);
  });
});

it("does not show what a check threw", async () => {
  const throws = z.strictObject({ a: z.string().transform((text) => JSON.parse(text) as unknown) });
  expect(await problems([write("a.yml", "a: sesame")], throws)).toEqual([
    "a.yml:1:1: could not be checked, because the check itself failed; report this to the author of the schema",
  ]);
});
