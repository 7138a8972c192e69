import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { z } from "zod";
import { duration } from "./duration.ts";
import { readConfig } from "./read-config.ts";
import { secret } from "./secret.ts";
import { shownConfig } from "./shown-config.ts";

const folder = mkdtempSync(join(tmpdir(), "shown-config-"));
afterAll(() => rmSync(folder, { recursive: true }));

const schema = z.strictObject({
  every: duration().prefault("1m"),
  port: z.int().default(80),
  host: z.string().default("localhost"),
  user: z.strictObject({ name: z.string(), password: secret(), token: secret().optional() }),
  urls: z.array(z.url()).default([]),
  match: z
    .string()
    .transform((text) => new RegExp(text))
    .prefault("^a"),
});

it("is as the file says it, secrets and passwords in URLs hidden, with defaults", async () => {
  const file = join(folder, "a.yml");
  writeFileSync(join(folder, "token"), "sesame");
  writeFileSync(
    file,
    `every: 1m30s
host: \${HOST}
user: { name: me, password: sesame, token_file: token }
urls: [http://me:sesame@a/x, "http://me:\${PW}@b/"]
`,
  );
  const { shown } = await readConfig([file], schema, { environment: { HOST: "secret.example", PW: "sesame" } });
  expect(shown).toBe(`every: 1m30s
host: \${HOST}
user:
  name: me
  password: <secret>
  token_file: token
urls:
  - http://me:<secret>@a/x
  - http://me:<secret>@b/
port: 80
match: ^a
`);
});

it("can be had of a configuration that came from no file", () => {
  expect(shownConfig(schema.parse({ user: { name: "me", password: "sesame" } }), { schema })).toBe(`every: 1m
port: 80
host: localhost
user:
  name: me
  password: <secret>
urls: []
match: ^a
`);
});

it("shows what is not the default as it is", () => {
  const { every } = schema.shape;
  expect(shownConfig({ every: 90 }, { schema: z.strictObject({ every }) })).toBe("every: 90\n");
});

it.skipIf(process.platform === "win32")("warns of a secret that everybody may read", async () => {
  const file = join(folder, "open.yml");
  writeFileSync(file, "user: { name: me, password: sesame, token: '${TOKEN}' }\n");
  const read = async (): Promise<readonly string[]> =>
    (await readConfig([file], schema, { environment: { TOKEN: "x" } })).warnings;
  chmodSync(file, 0o644);
  expect(await read()).toEqual([
    `${file}:1:29: user.password: every user of this machine may read this secret; chmod o-r the file, or use \${VARIABLE} or password_file`,
  ]);
  chmodSync(file, 0o640);
  expect(await read()).toEqual([]);
});
