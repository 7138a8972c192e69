import { pino } from "pino";
import type { Logger } from "./logger.ts";

/** The levels of `--log.level`. */
export const logLevels = ["debug", "info", "warn", "error"] as const;
/** The formats of `--log.format`. */
export const logFormats = ["logfmt", "json"] as const;
/** A level of `--log.level`. */
export type LogLevel = (typeof logLevels)[number];
/** A format of `--log.format`. */
export type LogFormat = (typeof logFormats)[number];

/** A logger that writes to standard error, from `level` up; `logfmt` is for people, `json` for programs. */
export function makeLogger(level: LogLevel = "info", format: LogFormat = "logfmt"): Logger {
  const destination = pino.destination({ dest: 2, sync: true });
  const options = {
    level,
    base: null,
    timestamp: () => `,"time":"${new Date().toISOString()}"`,
    formatters: { level: (label: string) => ({ level: label }) },
  };
  if (format === "json") return pino(options, destination);
  return pino(options, { write: (line: string) => void destination.write(`${logfmt(JSON.parse(line) as object)}\n`) });
}

/** One line of `key=value` pairs, time, level and message first. Values are quoted where they would not read back. */
function logfmt(record: object): string {
  const { time, level, msg, ...fields } = record as Record<string, unknown>;
  return Object.entries({ time, level, msg, ...fields })
    .map(([key, value]) => {
      const text = typeof value === "string" ? value : JSON.stringify(value);
      return `${key}=${/^[^\s"=\\]+$/.test(text) ? text : JSON.stringify(text)}`;
    })
    .join(" ");
}
