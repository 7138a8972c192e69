import { spawnSync } from "node:child_process";
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Ajv } from "ajv";
import { afterAll, describe, expect, it } from "vitest";
import { parse } from "yaml";

const folder = mkdtempSync(join(tmpdir(), "check-"));
afterAll(() => rmSync(folder, { recursive: true }));
const command = fileURLToPath(new URL("../../bin/exporterkit.js", import.meta.url));
const published = new URL("../../schema/exporterkit.schema.json", import.meta.url);

function run(...args: string[]): { code: number | null; out: string; err: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, [command, ...args], {
    encoding: "utf8",
    timeout: 20_000,
    cwd: folder,
    env: { ...process.env, LEVEL: "debug", PORT: "70000" },
  });
  return { code: status, out: stdout, err: stderr };
}

function write(name: string, text: string): string {
  writeFileSync(join(folder, name), text);
  chmodSync(join(folder, name), 0o600);
  return name;
}

write("web.yml", "{}");
const good = `web:
  listen_addresses: [":9100", "[::1]:9100"]
  telemetry_path: /node
  config_file: web.yml
  max_scrapes: 10
  timeout_offset: 250ms
log: { level: "\${LEVEL}", format: json }
modules:
  host:
`;

describe("exporterkit check", () => {
  it("says of each file that it is well", () => {
    write("good.yml", good);
    write("defaults.yml", "{}");
    expect(run("check", "good.yml", "defaults.yml")).toEqual({
      code: 0,
      out: "good.yml: ok\ndefaults.yml: ok\n",
      err: "",
    });
  });

  it("tells what is wrong with the web configuration that a file names", () => {
    write("served.yml", "web: { config_file: tls.yml }");
    write("tls.yml", "tls_server_config: { cert_file: none.pem, key_file: none.key }");
    write("lost.yml", "web: { config_file: none.yml }");
    const { code, out, err } = run("check", "served.yml", "lost.yml");
    expect([code, out]).toEqual([2, ""]);
    expect(err.replaceAll(`${folder}/`, "").split("\n")).toEqual([
      expect.stringContaining('tls.yml:1:33: tls_server_config.cert_file: the file "none.pem" cannot be read'),
      expect.stringContaining('tls.yml:1:53: tls_server_config.key_file: the file "none.key" cannot be read'),
      expect.stringContaining("none.yml: cannot be read"),
      "",
    ]);
  });

  it("tells all that is wrong with each file, and exits with 2", () => {
    write("good.yml", good);
    write(
      "bad.yml",
      `web:
  listen_address: :9100
  listen_addresses: ["9100", ":\${PORT}"]
  telemetry_path: metrics
  max_scrapes: 0
  timeout_offset: 0.5
log: { level: inof, format: xml }
modules:
  hots: {}
  host: { cpu: true }
`,
    );
    const { code, out, err } = run("check", "bad.yml", "good.yml", "none.yml");
    expect(err.split("\n")).toEqual([
      'bad.yml:2:3: web: unknown key "listen_address"; did you mean "listen_addresses"?',
      'bad.yml:3:22: web.listen_addresses[0]: Listen address "9100" is malformed: write host:port, :port or [v6]:port, with a port up to 65535, or unix:/path.',
      "bad.yml:3:30: web.listen_addresses[1]: is not valid; expected: host:port, :port, [v6]:port or unix:/path; the value is not shown, as it is a secret or comes from the environment",
      "bad.yml:4:19: web.telemetry_path: is no path as it stands in a URL; write it as in /metrics",
      "bad.yml:5:16: web.max_scrapes: is too small; it must be at least 1",
      "bad.yml:6:19: web.timeout_offset: expected a duration; write it as in 30s, 1m30s or 500ms",
      'bad.yml:7:15: log.level: "inof" is not one of "debug", "info", "warn", "error"; did you mean "info"?',
      'bad.yml:7:29: log.format: "xml" is not one of "logfmt", "json"; choose one of them',
      'bad.yml:9:3: modules: unknown key "hots"; did you mean "host"?',
      'bad.yml:10:11: modules.host: unknown key "cpu"; known here: paths, disable_defaults, collectors',
      "none.yml: cannot be read: there is no such file; correct its name",
      "",
    ]);
    expect({ code, out }).toEqual({ code: 2, out: "good.yml: ok\n" });
  });

  it("takes no path for the metrics that another page has", () => {
    for (const path of ["/-/ready", "/config", "/probe", "/sd"]) {
      write("taken.yml", `web: { telemetry_path: ${path} }`);
      expect(run("check", "taken.yml")).toMatchObject({
        code: 2,
        err: "taken.yml:1:24: web.telemetry_path: is taken by another page; choose one such as /metrics\n",
      });
    }
  });

  it("takes files together that are parts of one configuration", () => {
    write("1.yml", "log: { level: warn }\nmodules: { host: {} }\n");
    write("2.yml", "log: { format: json }\nmodules: { host: {} }\n");
    expect(run("check", "1.yml", "2.yml")).toMatchObject({ code: 0 });
    expect(run("check", "--together", "1.yml", "2.yml")).toEqual({
      code: 2,
      out: "",
      err: "2.yml:1:1: log: is given also in 1.yml:1:1; keep one of them\n",
    });
  });

  it("is what the argument was meant for that is nearly so called", () => {
    const { code, err } = run("chek", "good.yml");
    expect(err).toBe('error: Argument "chek" is not understood: did you mean "exporterkit check"?\n');
    expect(code).toBe(2);
    expect(run("check")).toMatchObject({ code: 2 });
  });
});

describe("the JSON Schema", () => {
  it("is published as the command prints it; npm run schema -w packages/exporter writes it", () => {
    expect(run("schema")).toEqual({ code: 0, out: readFileSync(published, "utf8"), err: "" });
  });

  it("agrees with the command on what is a configuration", () => {
    const validate = new Ajv({ allowUnionTypes: true }).compile(JSON.parse(readFileSync(published, "utf8")));
    const texts = [good, "{}", "modules:", "web: { max_scrapes: '${N:-3}' }"];
    const wrong = [
      "web: { a: 1 }",
      "log: { level: loud }",
      "modules: [host]",
      "modules: { host: 1 }",
      "web: { max_scrapes: x }",
    ];
    const files = [...texts, ...wrong].map((text, i) => ({ name: write(`config-${i}.yml`, text), text }));
    const lines = run("check", ...files.map(({ name }) => name)).out.split("\n");
    for (const { name, text } of files) expect(lines.includes(`${name}: ok`), text).toBe(validate(parse(text)));
    expect(lines.filter((line) => line.endsWith(": ok"))).toHaveLength(texts.length);
  }, 30_000);
});
