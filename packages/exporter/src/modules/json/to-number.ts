import type { Conversion } from "./evaluation-job.ts";

/**
 * A value of a document as a number:
 *
 * - `number`: a number, also as a text; true and false are 1 and 0,
 * - `leading_number`: the number that a text begins with, whatever unit stands behind it: `"21.5 °C"` is 21.5,
 * - `ratio`: `"45%"` is 0.45,
 * - `date`: `"2024-07-25T16:51:01+01:00"` in seconds since 1970; without a zone it is UTC,
 * - `duration`: `"1h30m"`, `"500ms"`, `"PT1H30M"` or `"1:30:00"` in seconds,
 * - `bytes`: `"1.5GiB"`, `"10 MB"` or `"512Ki"` in bytes.
 *
 * Numbers stay as they are. Throws an error that says what the value is instead.
 */
export function toNumber(value: unknown, conversion: Conversion): number {
  if (typeof value === "number") return value;
  if (typeof value === "boolean") return value ? 1 : 0;
  if (typeof value !== "string") throw new Error(`is ${kindOf(value)} and no number`);
  const text = value.trim();
  const number = readers[conversion](text) ?? readNumber(text);
  if (number === undefined) throw new Error(`is ${shown(value)}, which is no ${words[conversion]}`);
  return number;
}

/** A value as messages tell of it. */
export function shown(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(value.length > 40 ? `${value.slice(0, 40)}…` : value);
  return typeof value === "object" && value !== null ? kindOf(value) : String(value);
}

function kindOf(value: unknown): string {
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (value === null) return "null";
  return typeof value === "object" ? "an object" : `a ${typeof value}`;
}

const words: Readonly<Record<Conversion, string>> = {
  number: "number; use map, or convert, if it stands for one",
  leading_number: "text that begins with a number",
  ratio: "number or percentage",
  date: "date as in 2024-07-25T16:51:01Z; use $toMillis() with a picture for another form",
  duration: "duration as in 1h30m, 500ms, PT1H30M or 1:30:00",
  bytes: "size as in 512KiB, 1.5 GB or 100Mi",
};

const readers: Readonly<Record<Conversion, (text: string) => number | undefined>> = {
  number: readNumber,
  leading_number: (text) => readNumber(/^[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?(?![\d.])/.exec(text)?.[0] ?? ""),
  ratio: (text) => scaled(text.endsWith("%") ? readNumber(text.slice(0, -1).trim()) : undefined, 0.01),
  date: readDate,
  duration: readDuration,
  bytes: readBytes,
};

function readNumber(text: string): number | undefined {
  if (/^[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?$/.test(text)) return Number(text);
  const [, sign, word] = /^([-+]?)(inf|infinity|nan)$/i.exec(text) ?? [];
  if (word === undefined) return undefined;
  return word.toLowerCase() === "nan" ? NaN : sign === "-" ? -Infinity : Infinity;
}

function readDate(text: string): number | undefined {
  const iso = /^(\d{4}-\d\d-\d\d)(?:[Tt ](\d\d:\d\d(?::\d\d)?)(\.\d+)?)? ?([Zz]|[-+]\d\d:?\d\d|[-+]\d\d)?$/.exec(text);
  // Dates of HTTP and of mail, which have their zone at the end.
  const isMailDate = /^\w{3}, \d{1,2} \w{3} \d{4} \d\d:\d\d(?::\d\d)? (?:GMT|UTC?|[-+]\d{4})$/.test(text);
  if (iso === null) return isMailDate ? seconds(Date.parse(text)) : undefined;
  const [, day, time = "00:00", fraction = "", zone = "Z"] = iso;
  const offset = /^[-+]\d\d$/.test(zone) ? `${zone}:00` : zone.replace(/(\d\d)(\d\d)$/, "$1:$2").toUpperCase();
  const whole = seconds(Date.parse(`${day}T${time}${offset}`));
  return whole === undefined ? undefined : whole + Number(`0${fraction || ".0"}`);
}

function seconds(milliseconds: number): number | undefined {
  return Number.isNaN(milliseconds) ? undefined : milliseconds / 1000;
}

const secondsOf: Readonly<Record<string, number>> = {
  ns: 1e-9,
  us: 1e-6,
  µs: 1e-6,
  μs: 1e-6,
  ms: 1e-3,
  s: 1,
  sec: 1,
  secs: 1,
  second: 1,
  seconds: 1,
  m: 60,
  min: 60,
  mins: 60,
  minute: 60,
  minutes: 60,
  h: 3600,
  hour: 3600,
  hours: 3600,
  d: 86_400,
  day: 86_400,
  days: 86_400,
  w: 604_800,
  week: 604_800,
  weeks: 604_800,
};

function readDuration(text: string): number | undefined {
  const sign = text.startsWith("-") ? -1 : 1;
  const rest = text.replace(/^[-+]/, "");
  const iso = /^P(?:([\d.]+)W)?(?:([\d.]+)D)?(?:T(?:([\d.]+)H)?(?:([\d.]+)M)?(?:([\d.]+)S)?)?$/i.exec(rest);
  if (iso !== null && /\d/.test(rest)) return sum(iso.slice(1), [604_800, 86_400, 3600, 60, 1], sign);
  const clock = /^(?:(\d+)[.d ] ?)?(\d+):(\d\d)(?::(\d\d(?:\.\d+)?))?$/.exec(rest);
  if (clock !== null) return sum(clock.slice(1), [86_400, 3600, 60, 1], sign);
  if (!/^(?:\d+(?:\.\d+)? *[a-zµμ]+[ ,]*)+$/i.test(rest)) return undefined;
  let total = 0;
  for (const [, amount, unit] of rest.matchAll(/([\d.]+) *([a-zµμ]+)/gi)) {
    const factor = secondsOf[unit!] ?? secondsOf[unit!.toLowerCase()];
    if (factor === undefined) return undefined;
    total += Number(amount) * factor;
  }
  return sign * rounded(total);
}

function sum(amounts: readonly (string | undefined)[], factors: readonly number[], sign: number): number | undefined {
  let total = 0;
  for (const [i, amount] of amounts.entries()) total += Number(amount ?? 0) * factors[i]!;
  return Number.isNaN(total) ? undefined : sign * rounded(total);
}

/** Sums of tenths are not exact. */
function rounded(total: number): number {
  return Number(total.toPrecision(15));
}

function readBytes(text: string): number | undefined {
  const [, amount, prefix = "", binary] =
    /^([-+]?\d*\.?\d+) *(?:([kKMGTPE])(i)?)?(?:[bB]|[bB]ytes?)?$/.exec(text) ?? [];
  const base = binary === undefined ? 1000 : 1024;
  return amount === undefined ? undefined : Number(amount) * base ** "-KMGTPE".indexOf(prefix.toUpperCase() || "-");
}

function scaled(number: number | undefined, factor: number): number | undefined {
  return number === undefined ? undefined : rounded(number * factor);
}
