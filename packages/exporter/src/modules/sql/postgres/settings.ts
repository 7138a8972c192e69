import type { PresetPart } from "../preset.ts";

const seconds: Readonly<Record<string, number>> = { ms: 0.001, s: 1, min: 60, h: 3600, d: 86_400 };
const bytes: Readonly<Record<string, number>> = { B: 1, kB: 2 ** 10, MB: 2 ** 20, GB: 2 ** 30, TB: 2 ** 40 };

/** How the server is set up, in base units; what this session has set is left out of it. */
export const settings: PresetPart = {
  name: "settings",
  async collect({ rows, families, address }) {
    const found = await rows(`SELECT name, unit, short_desc, vartype,
        CASE WHEN source = 'session' OR (name = 'transaction_read_only' AND NOT pg_is_in_recovery()) THEN reset_val
          ELSE setting END AS setting
      FROM pg_settings WHERE vartype IN ('bool', 'integer', 'real')`);
    for (const { name, unit, short_desc: description, vartype, setting } of found) {
      const { factor, suffix } = unitOf(unit ?? null);
      const value = vartype === "bool" ? Number(setting === "on") : Number(setting);
      const help = `${description ?? ""}${suffix === "" ? "" : ` In ${suffix.slice(1)}.`}`;
      const metric = `pg_settings_${name!.replaceAll(/\W/g, "_")}${suffix}`;
      // -1 is no quantity, but stands for a default or for none.
      families.put({ name: metric, type: "gauge", help }, { server: address }, value === -1 ? -1 : value * factor);
    }
  },
};

/** A unit such as `ms`, `kB` or `8kB` as a factor, and the name of the base unit. */
function unitOf(unit: string | null): { factor: number; suffix: string } {
  const [, count = "", base = ""] = /^(\d*)(\w+)$/.exec(unit ?? "") ?? [];
  const times = count === "" ? 1 : Number(count);
  if (seconds[base] !== undefined) return { factor: times * seconds[base], suffix: "_seconds" };
  if (bytes[base] !== undefined) return { factor: times * bytes[base], suffix: "_bytes" };
  return { factor: 1, suffix: "" };
}

/** The version of the server. */
export const version: PresetPart = {
  name: "version",
  async collect({ rows, families, address, server }) {
    const [row] = await rows("SELECT version() AS version");
    const labels = { server: address, short_version: `${server.version}.0`, version: row!["version"] ?? "" };
    families.put({ name: "pg_static", type: "unknown", help: "The version of the server." }, labels, 1);
  },
};
