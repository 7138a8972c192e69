import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Ajv } from "ajv";
import * as fc from "fast-check";
import { afterAll, describe, expect, it } from "vitest";
import { parse, stringify } from "yaml";
import { z } from "zod";
import { byteSize } from "./byte-size.ts";
import { duration } from "./duration.ts";
import { filePath } from "./file-path.ts";
import { jsonSchema } from "./json-schema.ts";
import { readConfig } from "./read-config.ts";
import { secret } from "./secret.ts";

const folder = mkdtempSync(join(tmpdir(), "json-schema-"));
afterAll(() => rmSync(folder, { recursive: true }));
writeFileSync(join(folder, "pw"), "sesame");

const schema = z.object({
  port: z.int().min(1).default(80).meta({ description: "Where it listens." }),
  on: z.boolean().optional(),
  every: duration().prefault("1m"),
  size: byteSize().optional(),
  level: z.enum(["debug", "info"]).default("info"),
  cert: filePath().optional(),
  login: z.object({ name: z.string(), password: secret(), token: secret().optional() }).optional(),
  defaults: z.object({ a: z.string().optional() }).prefault({}),
  labels: z.record(z.string(), z.string()).optional(),
  checks: z
    .array(
      z.discriminatedUnion("kind", [
        z.object({ kind: z.literal("tcp"), port: z.int() }),
        z.strictObject({ kind: z.literal("exec"), command: z.array(z.string()).min(1) }),
      ]),
    )
    .default([]),
});

const validate = new Ajv({ strict: true, allowUnionTypes: true, strictRequired: false }).compile(
  jsonSchema(schema, "Test"),
);

/** Whether the reader takes a text, and whether an editor does by the schema. */
async function judged(text: string): Promise<{ reader: boolean; editor: boolean }> {
  const file = join(folder, "a.yml");
  writeFileSync(file, text);
  const reader = await readConfig([file], schema, { environment: { PORT: "8080", LEVEL: "debug", TIME: "5s" } }).then(
    () => true,
    () => false,
  );
  return { reader, editor: validate(parse(text)) };
}

describe("the reader and an editor by the JSON Schema agree", () => {
  it.each(
    [
      "{}",
      "port: 8080",
      "port: ${PORT}",
      "level: ${LEVEL}",
      "every: ${TIME}",
      "every: 1m30s",
      "size: 10MiB",
      "size: 4096",
      "login: { name: a, password: b }",
      "login: { name: a, password_file: pw }",
      "login: { name: a, password_file: pw, token_file: pw }",
      "defaults:",
      "defaults: { a: b }",
      "labels: { a: b, c: d }",
      "labels:",
      "checks: [{ kind: tcp, port: 1 }, { kind: exec, command: [a] }]",
    ].filter((text) => text !== "every: 0"),
  )("in taking %s", async (text) => {
    expect(await judged(text)).toEqual({ reader: true, editor: true });
  });

  it.each([
    "prot: 80",
    "port: 0",
    "port: 1.5",
    'port: "80"',
    "port:",
    "port: [80]",
    "on: 1",
    "on: yes",
    "every: 30",
    "every: 5 minutes",
    "size: 10M",
    "size: -1",
    "level: loud",
    "level: 1",
    "cert: ''",
    "cert: { a: b }",
    "login:",
    "login: {}",
    "login: { name: a }",
    "login: { name: a, password: b, password_file: pw }",
    "login: { name: a, password: b, token: c, token_file: pw }",
    "login: { name: a, password: 1 }",
    "login: { name: a, password: b, passwort: c }",
    "defaults: { b: c }",
    "defaults: []",
    "labels: { a: 1 }",
    "labels: [a]",
    "checks: { kind: tcp, port: 1 }",
    "checks: [{ kind: udp, port: 1 }]",
    "checks: [{ kind: tcp }]",
    "checks: [{ kind: tcp, port: 1, command: [a] }]",
    "checks: [{ kind: exec, command: [] }]",
    "- a",
    "text",
  ])("in refusing %s", async (text) => {
    expect(await judged(text)).toEqual({ reader: false, editor: false });
  });
});

it("they agree on whatever a valid configuration is changed to", async () => {
  const valid = {
    port: 8080,
    on: true,
    every: "1m",
    size: "10MiB",
    level: "info",
    cert: "a.pem",
    login: { name: "a", password: "b", token_file: "pw" },
    defaults: { a: "b" },
    labels: { a: "b" },
    checks: [
      { kind: "tcp", port: 1 },
      { kind: "exec", command: ["a"] },
    ],
  };
  const words =
    "port on every size level cert login name password password_file token defaults a labels checks kind command tcp exec";
  const key = fc.oneof(fc.constantFrom(...words.split(" ")), fc.stringMatching(/^[a-z]{1,5}$/));
  const value = fc.oneof(
    fc.constantFrom<unknown>(
      "pw",
      "",
      "5s",
      "1KiB",
      "debug",
      0,
      1,
      -1,
      1.5,
      true,
      false,
      null,
      [],
      {},
      ["a"],
      [1],
      valid.login,
    ),
    fc.dictionary(key, fc.constantFrom<unknown>("pw", 1, null), { maxKeys: 3 }),
    fc.constant(valid.checks),
  );
  const change = fc.record({ at: fc.nat(30), key, value, remove: fc.boolean() });
  await fc.assert(
    fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 3 }), async (changes) => {
      const changed = structuredClone(valid) as Record<string, unknown>;
      for (const { at, key: name, value: to, remove } of changes) {
        const places = placesIn(changed);
        const [holder, old] = places[at % places.length]!;
        const target = at % 2 === 0 ? old : name;
        // Files of secrets have to be there, which no schema knows.
        if (target.endsWith("_file")) holder[target] = "pw";
        else if (remove) delete holder[old];
        else holder[target] = structuredClone(to);
      }
      const { reader, editor } = await judged(stringify(changed, { aliasDuplicateObjects: false }));
      expect(reader).toBe(editor);
    }),
    { numRuns: 500 },
  );
});

/** Every place in a value, as what holds it and its key there. */
function placesIn(holder: Record<string, unknown>): [holder: Record<string, unknown>, key: string][] {
  return Object.entries(holder).flatMap(([key, value]) => [
    [holder, key] as [Record<string, unknown>, string],
    ...(typeof value === "object" && value !== null ? placesIn(value as Record<string, unknown>) : []),
  ]);
}

it("has the descriptions and defaults that an editor shows", () => {
  expect(jsonSchema(schema, "Test")).toMatchObject({
    $schema: "http://json-schema.org/draft-07/schema#",
    title: "Test",
    properties: { port: { description: "Where it listens.", default: 80 } },
  });
});
