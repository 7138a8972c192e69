import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { exporterkit } from "./child.ts";
import { hasCommand } from "./debian-package.ts";
import { startMariaDb } from "./mariadb-server.ts";
import { hasNode22, node22 } from "./node-22.ts";

const page = readFileSync(new URL("../../docs/sql.md", import.meta.url), "utf8");
const folder = mkdtempSync(join(tmpdir(), "exporterkit-quick-start-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** The blocks of a section, by their language. */
function blocksOf(heading: string, language: string): string[] {
  const [, section = ""] = new RegExp(`^## ${heading}$([^]*?)^## `, "m").exec(page)!;
  return Array.from(section.matchAll(new RegExp(`^\`\`\`${language}\n([^]*?)^\`\`\`$`, "gm")), ([, text]) => text!);
}

it.skipIf(!hasNode22())(
  "the quick start of docs/sql.md does what the page says (needs npm ci --prefix e2e/node-22)",
  () => {
    const programs = join(folder, "bin");
    mkdirSync(programs);
    symlinkSync(node22, join(programs, "node"));
    const env = { ...process.env, PATH: [programs, dirname(exporterkit), process.env["PATH"]].join(delimiter) };
    const shell = (command: string): string => {
      const { status, stdout, stderr } = spawnSync("sh", ["-c", command], { cwd: folder, env, encoding: "utf8" });
      expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
      return stdout;
    };
    const [make, tryOut] = blocksOf("Five minutes", "sh");
    const [config] = blocksOf("Five minutes", "yaml");
    const [printed] = blocksOf("Five minutes", "text");
    shell(make!);
    writeFileSync(join(folder, "exporterkit.yml"), config!);
    // Columns are as wide as what is in them, and so is the line at the end.
    const wordsOf = (text: string): string[] =>
      text
        .trimEnd()
        .split("\n")
        .map((line) => line.replaceAll(/ {2,}/g, "  "));
    const lines = wordsOf(shell(tryOut!).split("\n\n")[0]!);
    expect(lines.map((line) => line.replace(/(duration_seconds .*) \S+$/, "$1 …"))).toEqual(wordsOf(printed!));
  },
);

it.skipIf(!hasCommand("mariadbd", "mariadb-server"))(
  "the example for MySQL makes the metrics that it names (needs the Debian package mariadb-server)",
  async () => {
    const mariaDb = await startMariaDb();
    try {
      await mariaDb.sql(`CREATE DATABASE shop; USE shop;
        CREATE TABLE orders (state VARCHAR(10), created_at TIMESTAMP, delivered_after INT);
        INSERT INTO orders VALUES ('new', '2024-01-01 00:00:00', NULL), ('done', '2024-01-02 00:00:00', 60), ('done', '2024-01-03 00:00:00', 7200)`);
      await mariaDb.sql(blocksOf("MySQL", "sql")[0]!);
      const file = join(folder, "mysql.yml");
      writeFileSync(file, blocksOf("MySQL", "yaml")[0]!.replace("localhost:3306", `localhost:${mariaDb.port}`));
      const env = { ...process.env, SHOP_PASSWORD: encodeURIComponent("change me") };
      const { stdout, stderr } = spawnSync(exporterkit, ["try", file], { env, encoding: "utf8" });
      const lines = stdout.split("\n").map((line) => line.replaceAll(/ {2,}/g, " "));
      // What the server tells of replication takes one more privilege in MariaDB, as the page says.
      expect(stderr.replace(/^.*collect\.slave_status.*\n/m, "")).toBe("");
      expect(lines.filter((line) => line.startsWith("shop_") && !line.includes("timestamp"))).toEqual([
        'shop_delivery_seconds_bucket target="shop" state="done" le="3600" 1',
        'shop_delivery_seconds_bucket target="shop" state="done" le="86400" 2',
        'shop_delivery_seconds_bucket target="shop" state="done" le="+Inf" 2',
        'shop_delivery_seconds_sum target="shop" state="done" 7260',
        'shop_delivery_seconds_count target="shop" state="done" 2',
        'shop_orders target="shop" state="done" 2',
        'shop_orders target="shop" state="new" 1',
      ]);
      expect(lines).toContain('mysql_up target="shop" 1');
    } finally {
      await mariaDb.stop();
    }
  },
);
