import { readFileSync } from "node:fs";

/** The name and the offset of a time zone at a time. */
export interface ZoneOffset {
  /** Its abbreviation, such as `CET`; where there is none, hours and minutes, such as `+03` or `+0545`. */
  readonly name: string;
  /** How far it is ahead of UTC. */
  readonly seconds: number;
}

// Each knows the abbreviations of its own region alone, and says GMT+1 of the others.
const locales = ["en-US", "en-GB", "en-AU", "en-IN", "en-NZ", "en-ZA", "ja-JP", "ko-KR"];

/** The zone of this process. */
export function zoneOffset(at: Date): ZoneOffset {
  const minutes = -at.getTimezoneOffset();
  return {
    name: ruleName(minutes) ?? localeName(at) ?? (minutes === 0 ? "UTC" : numeric(minutes)),
    seconds: minutes * 60,
  };
}

/**
 * The name by the rule at the end of the zone's file, such as `CET-1CEST,M3.5.0,M10.5.0/3`; undefined where there is none. To ask
 * for it spares the memory of JavaScript's own tables.
 */
function ruleName(minutes: number): string | undefined {
  const rule = readRule();
  const name = String.raw`(<[^>]+>|[A-Za-z]{3,})`;
  const offset = String.raw`([+-]?\d+(?::\d+){0,2})`;
  const [, standard, west, summer, westInSummer] =
    new RegExp(`^${name}${offset}(?:${name}${offset}?(?:,.*)?)?$`).exec(rule ?? "") ?? [];
  if (standard === undefined || west === undefined) return undefined;
  const summerMinutes = westInSummer === undefined ? minutesEast(west) + 60 : minutesEast(westInSummer);
  const found = minutes === minutesEast(west) ? standard : minutes === summerMinutes ? summer : undefined;
  return found?.replaceAll(/[<>]/g, "");
}

function readRule(): string | undefined {
  const zone = process.env["TZ"]?.replace(/^:/, "");
  try {
    const path = zone === undefined ? "/etc/localtime" : `/usr/share/zoneinfo/${zone || "UTC"}`;
    return readFileSync(path, "latin1").trimEnd().split("\n").at(-1);
  } catch {
    return zone;
  }
}

/** Minutes ahead of UTC, of hours behind it such as `5`, `-5:45`. */
function minutesEast(west: string): number {
  const [hours = 0, minutes = 0] = west.replace(/^[+-]/, "").split(":").map(Number);
  const behind = hours * 60 + minutes;
  return west.startsWith("-") ? behind : 0 - behind;
}

function localeName(at: Date): string | undefined {
  return locales.map((locale) => shortName(locale, at)).find((each) => each !== undefined && /^[A-Z]{3,5}$/.test(each));
}

function shortName(locale: string, at: Date): string | undefined {
  const parts = new Intl.DateTimeFormat(locale, { timeZoneName: "short" }).formatToParts(at);
  return parts.find(({ type }) => type === "timeZoneName")?.value;
}

function numeric(minutes: number): string {
  const [hours, rest] = [Math.trunc(Math.abs(minutes) / 60), Math.abs(minutes) % 60];
  const digits = [hours, ...(rest === 0 ? [] : [rest])].map((number) => String(number).padStart(2, "0"));
  return (minutes < 0 ? "-" : "+") + digits.join("");
}
