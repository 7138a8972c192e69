import type { Kind } from "./result.ts";

const number = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i;
const special: Readonly<Record<string, number>> = {
  nan: NaN,
  infinity: Infinity,
  "+infinity": Infinity,
  inf: Infinity,
  "-infinity": -Infinity,
  "-inf": -Infinity,
};

/**
 * The number that a text of a database stands for: the nearest double of a number of any size, 1 or 0 of a boolean, seconds
 * since 1970 of a time, seconds of an interval. Undefined where it stands for none.
 */
export function numberOf(text: string, kind: Kind): number | undefined {
  switch (kind) {
    case "boolean":
      return text === "true" ? 1 : 0;
    case "time":
      return secondsOf(text);
    case "interval":
      return intervalSeconds(text);
    default: {
      const trimmed = text.trim();
      // SQLite has times as texts.
      return number.test(trimmed) ? Number(trimmed) : secondsOf(trimmed);
    }
  }
}

const time =
  /^(?<year>\d{4,6})-(?<month>\d\d)-(?<day>\d\d)(?:[ T](?<clock>\d\d:\d\d:\d\d)(?<fraction>\.\d+)?)?(?<zone>Z|[+-]\d\d(?::?\d\d)?(?::?\d\d)?)?$/;

/** Seconds since 1970 of a date and time, in UTC unless it says otherwise. */
function secondsOf(text: string): number | undefined {
  const groups = time.exec(text)?.groups;
  if (groups === undefined) return special[text.toLowerCase()];
  const { year, month, day, clock = "00:00:00", fraction = "0", zone = "Z" } = groups;
  const [hours, minutes, seconds] = clock.split(":").map(Number) as [number, number, number];
  const date = new Date(0);
  date.setUTCFullYear(Number(year), Number(month) - 1, Number(day));
  date.setUTCHours(hours, minutes, seconds);
  return date.getTime() / 1000 + Number(`0${fraction}`) - zoneSeconds(zone);
}

function zoneSeconds(zone: string): number {
  if (zone === "Z") return 0;
  const [hours = 0, minutes = 0, seconds = 0] = zone.slice(1).match(/\d\d/g)!.map(Number);
  return (zone.startsWith("-") ? -1 : 1) * (hours * 3600 + minutes * 60 + seconds);
}

const clock = /^(?<sign>-?)(?<hours>\d+):(?<minutes>\d\d):(?<seconds>\d\d(?:\.\d+)?)$/;
const iso = /^P(?:(-?\d+)Y)?(?:(-?\d+)M)?(?:(-?\d+)W)?(?:(-?\d+)D)?(?:T(?:(-?\d+)H)?(?:(-?\d+)M)?(?:(-?[\d.]+)S)?)?$/;
// As PostgreSQL counts them in EXTRACT(EPOCH FROM …).
const isoSeconds = [365.25 * 86400, 30 * 86400, 7 * 86400, 86400, 3600, 60, 1];

/** Seconds of MySQL's TIME, `-12:30:00`, or of an interval as ISO 8601 has it. */
function intervalSeconds(text: string): number | undefined {
  const groups = clock.exec(text)?.groups;
  if (groups !== undefined) {
    const { sign, hours, minutes, seconds } = groups;
    return (sign === "-" ? -1 : 1) * (Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds));
  }
  const parts = iso.exec(text)?.slice(1);
  return parts?.reduce((sum, part, i) => sum + Number(part ?? 0) * isoSeconds[i]!, 0);
}
