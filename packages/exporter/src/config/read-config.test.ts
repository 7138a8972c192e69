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
