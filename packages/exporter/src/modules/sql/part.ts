import { Families, type MadeFamily } from "./families.ts";
import type { Preset, PresetPart } from "./preset.ts";
import type { PresetName } from "./presets.ts";
import type { QueryConfig } from "./query-config.ts";
import { addQueryMetric } from "./query-families.ts";
import { rowsOf } from "./result.ts";
import type { Session } from "./session.ts";

/** What a part is asked with. */
export interface Asking {
  readonly session: Session;
  readonly signal: AbortSignal;
  readonly address: string;
}

/** One thing that a target is asked, which succeeds or fails by itself. */
export interface Part {
  /** What it is called in the label `query`. */
  readonly name: string;
  /** The preset that it is of, and what that calls it. */
  readonly preset?: { readonly name: PresetName; readonly part: string } | undefined;
  /** Seconds for which what it made is good. */
  readonly intervalSeconds: number;
  /** Asks, and makes families of the answer. */
  ask(asking: Asking): Promise<readonly MadeFamily[]>;
}

/** Seconds that one query of a preset may take. */
const presetSeconds = 5;
/** How many rows it may return: those of big servers, but not those of runaway ones. */
const presetRows = 20_000;

/** A query of the configuration as a part. */
export function queryPart({ name, sql, interval, timeout, max_rows: maxRows, metrics }: QueryConfig): Part {
  return {
    name,
    intervalSeconds: interval,
    async ask({ session, signal }) {
      const result = await session.query(sql, { signal, timeoutSeconds: timeout, maxRows });
      const families = new Families();
      for (const metric of metrics) addQueryMetric(families, metric, result);
      return families.all;
    },
  };
}

/** The parts of a preset. */
export function presetParts(name: PresetName, { parts }: Preset): Part[] {
  return parts.map((part) => ({
    name: `${name}:${part.name}`,
    preset: { name, part: part.name },
    intervalSeconds: 0,
    ask: (asking) => askPreset(part, asking),
  }));
}

async function askPreset(part: PresetPart, { session, signal, address }: Asking): Promise<readonly MadeFamily[]> {
  const families = new Families();
  const { server } = session;
  if (part.suits?.(server) === false) return [];
  const limits = { signal, timeoutSeconds: presetSeconds, maxRows: presetRows };
  const result: (sql: string) => ReturnType<Session["query"]> = (sql) => session.query(sql, limits);
  await part.collect({ server, families, address, result, rows: async (sql) => rowsOf(await result(sql)) });
  return families.all;
}
