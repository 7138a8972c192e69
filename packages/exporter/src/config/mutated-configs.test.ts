import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as fc from "fast-check";
import { afterAll, describe, expect, it } from "vitest";
import { stringify } from "yaml";
import { z } from "zod";
import { ExporterError } from "../exporter-error.ts";
import { byteSize } from "./byte-size.ts";
import { duration } from "./duration.ts";
import { filePath } from "./file-path.ts";
import { readConfig } from "./read-config.ts";
import { secret } from "./secret.ts";

const folder = mkdtempSync(join(tmpdir(), "mutated-configs-"));
afterAll(() => rmSync(folder, { recursive: true }));
const file = join(folder, "config.yml");

const schema = z.object({
  web: z
    .strictObject({
      addresses: z.array(z.string()).min(1),
      tls: filePath().optional(),
      max: z.int().max(100).default(4),
    })
    .prefault({ addresses: [":80"] }),
  modules: z
    .strictObject({
      http: z.object({
        targets: z.array(
          z.discriminatedUnion("kind", [
            z.strictObject({ kind: z.literal("tcp"), port: z.number() }),
            z.strictObject({ kind: z.literal("url"), url: z.url(), password: secret(), every: duration().optional() }),
          ]),
        ),
        headers: z.record(z.string(), z.union([z.string(), z.array(z.string())])).optional(),
        size: byteSize().optional(),
      }),
      tree: z.lazy((): z.ZodType => tree),
    })
    .partial()
    .prefault({}),
});
const tree: z.ZodType = z.strictObject({ name: z.string(), children: z.array(z.lazy(() => tree)).optional() });

const valid = `# A comment.
web:
  addresses: [":80", "[::1]:81"]
  tls: &file tls/web.yml
  max: \${MAX:-7}
modules:
  http: &http
    targets:
      - { kind: tcp, port: 80 }
      - kind: url
        url: "http://\${HOST}/x"
        password: "sesame"
        every: 1m30s
    headers:
      a: |
        some text
        over lines
      b: [c, 'd', "e\\n"]
    size: 10MiB
  tree:
    name: x
    children:
      - name: y
      - <<: { name: z }
        children: []
`;

/** What the file is answered with; fails the test if that is not a located sentence for each problem. */
async function expectSentences(content: string | Uint8Array): Promise<void> {
  writeFileSync(file, content);
  try {
    await readConfig([file], schema, { environment: { HOST: "example.org" } });
  } catch (error) {
    expect(error).toBeInstanceOf(ExporterError);
    const { code, message } = error as ExporterError;
    expect(code).toBe("invalid_config");
    const lines = String(Buffer.from(content)).split("\n");
    for (const line of message.split("\n")) {
      if (/^and \d+ more$/.test(line)) continue;
      expect(line.startsWith(`${file}:`)).toBe(true);
      const found = /^:(\d+):(\d+): (?:[^\s:]+: )?\S.+/u.exec(line.slice(file.length));
      expect(found, line).not.toBeNull();
      const [at, column] = [Number(found![1]), Number(found![2])];
      expect(at).toBeLessThanOrEqual(lines.length);
      expect(column, line).toBeLessThanOrEqual(lines[at - 1]!.length + 1);
      expect(line).not.toMatch(/^\s+at |\.[jt]s:\d|undefined|\[object|NaN/);
    }
  }
}

const tokens = [
  "*a",
  "*file",
  "&a ",
  "<<: ",
  "<<: *http",
  "!tag ",
  "!!binary ",
  "{",
  "}",
  "[",
  "]",
  '"',
  "'",
  "\t",
  "%",
  "---",
  "...",
  "${",
  "${X}",
  "$${",
  "${A:-b}",
  ": ",
  "- ",
  "? ",
  "|",
  ">",
  "\n",
  "  ",
  "\0",
  "\uFEFF",
  "#",
  "null",
  "~",
  "1e999",
  ".nan",
  "0x1F",
  "__proto__: 1",
  "constructor: x",
  "\u{1F600}",
  "\r",
  ",",
];

const textMutation = fc.oneof(
  fc.record({ kind: fc.constant("insert"), at: fc.nat(1000), what: fc.constantFrom(...tokens) }),
  fc.record({ kind: fc.constant("insert"), at: fc.nat(1000), what: fc.string({ unit: "binary", maxLength: 5 }) }),
  fc.record({ kind: fc.constant("delete"), at: fc.nat(1000), length: fc.integer({ min: 1, max: 40 }) }),
  fc.record({ kind: fc.constant("repeat"), at: fc.nat(1000), length: fc.integer({ min: 1, max: 200 }) }),
);

function mutateText(text: string, mutation: { kind: string; at: number; what?: string; length?: number }): string {
  const at = mutation.at % (text.length + 1);
  const { what = "", length = 0 } = mutation;
  if (mutation.kind === "insert") return text.slice(0, at) + what + text.slice(at);
  if (mutation.kind === "delete") return text.slice(0, at) + text.slice(at + length);
  return text.slice(0, at + length) + text.slice(at);
}

describe("a configuration that was damaged is answered with located sentences", () => {
  it("where its text was", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(textMutation, { minLength: 1, maxLength: 6 }), async (mutations) => {
        await expectSentences(mutations.reduce(mutateText, valid));
      }),
      { numRuns: Number(process.env["FUZZ_RUNS"] ?? 300) },
    );
  });

  it("where its bytes were", async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(valid.length), fc.uint8Array({ minLength: 1, maxLength: 4 }), async (at, bytes) => {
        const before = Buffer.from(valid);
        await expectSentences(Buffer.concat([before.subarray(0, at), bytes, before.subarray(at)]));
      }),
      { numRuns: Number(process.env["FUZZ_RUNS"] ?? 300) },
    );
  });

  it("where its structure was", async () => {
    const keys =
      "web modules http targets kind url tcp password password_file headers name children max __proto__ toString";
    const words = fc.constantFrom(...keys.split(" "));
    const { anything } = fc.letrec<{ anything: unknown }>((tie) => ({
      anything: fc.oneof(
        { maxDepth: 6 },
        words,
        fc.constantFrom(null, true, 0, -1, 1e300, "", "${NOPE}", "${", "http://a/b", "10s", "x\ny"),
        fc.string(),
        fc.array(tie("anything"), { maxLength: 4 }),
        fc.dictionary(fc.oneof(words, words, fc.string()), tie("anything"), { maxKeys: 5 }),
      ),
    }));
    await fc.assert(
      fc.asyncProperty(anything, async (value) => {
        await expectSentences(stringify(value));
      }),
      { numRuns: Number(process.env["FUZZ_RUNS"] ?? 300) },
    );
  });

  it("where it holds anything at all", async () => {
    const anyText = fc.oneof(
      fc.string({ unit: "binary", maxLength: 200 }),
      fc.array(fc.constantFrom(...tokens, "a", "b: "), { maxLength: 30 }).map((parts) => parts.join("")),
    );
    await fc.assert(fc.asyncProperty(anyText, expectSentences), { numRuns: Number(process.env["FUZZ_RUNS"] ?? 300) });
  });
});
