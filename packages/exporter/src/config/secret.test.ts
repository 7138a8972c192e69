import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inspect } from "node:util";
import * as fc from "fast-check";
import { afterAll, expect, it } from "vitest";
import { z } from "zod";
import { messageOf } from "../exporter-error.ts";
import { readConfig } from "./read-config.ts";
import { Secret, secret } from "./secret.ts";

const folder = mkdtempSync(join(tmpdir(), "secret-"));
afterAll(() => rmSync(folder, { recursive: true }));

it("prints as <secret> wherever it goes, and tells its text to who asks for it", () => {
  const password = new Secret("sesame");
  expect([String(password), ["", password, ""].join(""), JSON.stringify({ password }), inspect({ password })]).toEqual([
    "<secret>",
    "<secret>",
    '{"password":"<secret>"}',
    "{ password: <secret> }",
  ]);
  expect(inspect(password, { showHidden: true, depth: 9 })).toBe("<secret>");
  expect(Object.keys(password)).toEqual([]);
  expect(password.reveal()).toBe("sesame");
});

/** A schema whose author quotes what is wrong, as authors do. */
const quoting = z
  .string()
  .refine((text) => text.length < 10, { error: (issue) => `${JSON.stringify(issue.input)} is too long` });
const schema = z
  .strictObject({
    user: z.strictObject({
      password: secret(),
      again: secret().optional(),
      tokens: z.record(z.string(), secret()).optional(),
    }),
    list: z.array(z.strictObject({ key: secret() })).optional(),
    url: z.url().optional(),
    port: z.int().optional(),
    level: z.enum(["debug", "info"]).optional(),
    name: quoting.optional(),
    either: z.union([z.enum(["a", "b"]), z.strictObject({ password: secret() }), secret()]).optional(),
  })
  .superRefine((config, context) => {
    if (config.level === "debug")
      context.addIssue({ code: "custom", message: `debug with ${config.url} and ${config.name}` });
  });

/** Ways to write a secret, right and wrong, into a configuration with problems of all kinds. */
const ways = [
  (text: string) => `user: { password: ${JSON.stringify(text)} }\nlist: [{ key: ${JSON.stringify(text)} }]\n`,
  (text: string) => `user: { password: ${JSON.stringify(text)} }\nurl: x\nport: y\n`,
  (text: string) => `user:\n  password: *${text}\n`,
  (text: string) => `user:\n  password: !${text}\n`,
  (text: string) => `user:\n  password: "${text}\n`,
  (text: string) => `user:\n  password: @${text}: ${text}\n`,
  (text: string) => `user:\n  password: [${text}]\n`,
  (text: string) => `user:\n  password: "\\q${text}"\n`,
  (text: string) => `user:\n  password: %${text}\n  tokens: { a: ${text}, b: 7 }\n`,
  (text: string) => `user: { password:${text} }\neither: { password=${text} }\n`,
  (text: string) => `user: { password: x }\neither: ${text}\n`,
  (text: string) => `user: { passwrod: x }\neither: ${text}\n`,
  () => "user: { password: ${SECRET} }\nurl: ${SECRET}\nport: ${SECRET}\nlevel: ${SECRET}\nname: ${SECRET}\n",
  () => "user: { password: x${SECRET}y }\nname: a${SECRET}b\neither: ${SECRET}\n",
  () => "user: { password: x }\nname: s\nlevel: debug\nurl: 'http://u:${SECRET}@a/'\n",
  () => "user: { password_file: pw, again_file: pw }\nurl: 'http://u:${SECRET}@a/'\nport: 1\n",
  () => "user: { password_file: pw, password: x }\neither: { password_file: pw }\n",
  () => "user: { password_file: '${SECRET}' }\n",
  (text: string) =>
    `user: { password: ${text}, again: ${text}, tokens: { x: ${text} } }\neither: { password: ${text} }\n`,
];

it("never shows up in an error, in a warning, in what was read or in what is shown of it", async () => {
  const texts = fc.stringMatching(/^[a-z0-9]{12,24}$/);
  const file = join(folder, "config.yml");
  await fc.assert(
    fc.asyncProperty(texts, fc.constantFrom(...ways), async (text, way) => {
      writeFileSync(join(folder, "pw"), `${text}\n`);
      writeFileSync(file, way(text));
      const shows = await readConfig([file], schema, { environment: { SECRET: text } }).then(
        ({ config: { user, list, either }, shown, warnings }) => {
          const secrets = { user, list, either };
          return [inspect(secrets, { depth: 9, showHidden: true }), JSON.stringify(secrets), shown, ...warnings];
        },
        (error: unknown) => [messageOf(error), inspect(error)],
      );
      for (const shown of shows) expect(shown.includes(text), shown).toBe(false);
    }),
    { numRuns: 400 },
  );
});
