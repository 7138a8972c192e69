import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { readConfig } from "../../config/read-config.ts";
import { connectionOf, sqlSchema } from "./sql-config.ts";

const folder = mkdtempSync(join(tmpdir(), "sql-config-"));
afterAll(() => rmSync(folder, { recursive: true }));
const file = join(folder, "a.yml");

async function problemsOf(text: string): Promise<string> {
  writeFileSync(file, text, { mode: 0o600 });
  return await readConfig([file], sqlSchema).then(
    () => "",
    (error: Error) => error.message.replaceAll(file, "a.yml"),
  );
}

const target = "targets: [{ name: a, dsn: 'mysql://me:hunter2@db/' }]\n";
const metric = "name: m, help: M., type: gauge, value: v";

describe("a configuration", () => {
  it.each([
    [
      "targets: [{ name: a }]",
      "a.yml:1:11: targets[0]: says nothing of where it is; give it dsn, file, or type and host",
    ],
    [
      "targets: [{ name: A b, file: x }]",
      'a.yml:1:19: targets[0].name: is no name; use lower case letters, digits, "_", "." and "-", 60 at most',
    ],
    ["targets: [{ name: a, dsn: hunter2 }]", "targets[0]: dsn is no address of a database"],
    [
      "targets: [{ name: a, dsn: 'mysql://db/' }]",
      "targets[0]: dsn names no user; put one before the host, or give it user",
    ],
    [
      "targets: [{ name: a, dsn: 'mysql://me:hunter2@db/', host: b }]",
      "targets[0]: dsn says what host says; leave one of them out",
    ],
    [
      "targets: [{ name: a, type: postgres, file: b, user: c }]",
      "targets[0]: has a file, which is for SQLite, and is of type postgres",
    ],
    ["targets: [{ name: a, type: sqlite }]", "targets[0]: is SQLite without a file; give it one"],
    ["targets: [{ name: a, file: b, presets: [mysql] }]", "targets[0].presets[0]: is not for sqlite; take it out"],
    [
      "targets: [{ name: a, file: b, presets: [mysqld] }]",
      '"mysqld" is not one of "mysql", "postgres"; did you mean "mysql"?',
    ],
    [
      "targets: [{ name: a, file: b }, { name: a, file: c }]",
      "targets[1].name: is the name of another one, too; give each its own",
    ],
    ["targets: [{ name: a, file: b, queries: [none] }]", "targets[0].queries[0]: is the name of no query; correct it"],
    [
      `${target}queries: [{ name: q, sql: S, metrics: [{ name: m, help: M., type: gauge }] }]`,
      "metrics[0].type: needs either value or values",
    ],
    [
      `${target}queries: [{ name: q, sql: S, metrics: [{ ${metric}, values: { a: b }, value_label: c }] }]`,
      "metrics[0].type: needs either value or values",
    ],
    [
      `${target}queries: [{ name: q, sql: S, metrics: [{ name: m, help: M., type: gauge, values: { a: b } }] }]`,
      "metrics[0].values: goes with the other of values and value_label; give both",
    ],
    [
      `${target}queries: [{ name: q, sql: S, metrics: [{ ${metric}, buckets: { 1: a } }] }]`,
      "metrics[0].buckets: is for a histogram; leave it out",
    ],
    [
      `${target}queries: [{ name: q, sql: S, metrics: [{ name: m, help: M., type: histogram, sum: a, count: b }] }]`,
      "metrics[0].type: needs buckets; name the column",
    ],
    [
      `${target}queries: [{ name: q, sql: S, metrics: [{ name: m, help: M., type: info }] }]`,
      "metrics[0].name: of an info ends in _info; add it",
    ],
    [
      `${target}queries: [{ name: q, sql: S, metrics: [{ ${metric}, labels: [a, a] }] }]`,
      "metrics[0].labels: has a twice; take one of them out",
    ],
    [
      `${target}queries: [{ name: q, sql: S, timeout: 0s, metrics: [{ ${metric} }] }]`,
      "queries[0].timeout: is none; give a duration above 0",
    ],
    [
      `${target}queries: [{ name: q, sql: S, metrics: [{ ${metric} }] }, { name: r, sql: S, metrics: [{ ${metric}, labels: [a] }] }]`,
      "queries[1].metrics[0].name: is declared with another type, help or labels before; give it another name",
    ],
    [
      `${target}queries: [{ name: q, sql: S, metrics: [{ ${metric}, labels: [target] }] }]`,
      "metrics[0].labels[0]: is the label that has the name of the database",
    ],
    ["targets: [{ name: a, file: b, labels: { target: c } }]", "is the label that has the name of the database"],
  ])("that is wrong is told in a sentence that has no secret: %s", async (text, problem) => {
    const problems = await problemsOf(text);
    expect(problems).toContain(problem);
    expect(problems).not.toContain("hunter2");
  });

  it("may say where a database is in parts, with secrets in files and paths from its own folder on", async () => {
    writeFileSync(join(folder, "password"), "hunter2\n", { mode: 0o600 });
    writeFileSync(join(folder, "dsn"), "postgres://me:hunter2@db/x\n", { mode: 0o600 });
    const text = `
targets:
  - { name: a, type: mysql, user: me, password_file: password, tls: { ca_file: ca.pem } }
  - { name: b, dsn_file: dsn, tls: true }
  - { name: c, file: shop.db }
`;
    expect(await problemsOf(text)).toBe("");
    const { config, shown } = await readConfig([file], sqlSchema);
    const [a, b, c] = config.targets.map((each) => connectionOf(each));
    expect(a).toMatchObject({
      dialect: "mysql",
      host: "localhost",
      user: "me",
      tls: { ca_file: join(folder, "ca.pem") },
    });
    expect([a, b].map((each) => each!.password!.reveal())).toEqual(["hunter2", "hunter2"]);
    expect(b).toMatchObject({ dialect: "postgres", host: "db", database: "x", tls: {} });
    expect(c).toEqual({ dialect: "sqlite", file: join(folder, "shop.db") });
    expect(shown).not.toContain("hunter2");
    expect(JSON.stringify(config)).not.toContain("hunter2");
  });
});
