/** What a number of a line is measured in. */
export const valueUnits = {
  ns: 1e-9,
  us: 1e-6,
  ms: 1e-3,
  s: 1,
  m: 60,
  h: 3600,
  percent: 0.01,
  KB: 1e3,
  MB: 1e6,
  GB: 1e9,
  KiB: 1024,
  MiB: 1_048_576,
  GiB: 1_073_741_824,
} as const;

/** How a text becomes a number, besides by a unit: a duration such as `1m2.5s`, a size such as `1.5MiB`, a time. */
export const valueForms = ["duration", "size", "rfc3339", "clf", "unix"] as const;

export type ValueUnit = keyof typeof valueUnits | (typeof valueForms)[number];

const rfc3339 = /^\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(?:\.\d+)?(?:[Zz]| ?[-+]\d\d:?\d\d)?$/;

/** Makes numbers of texts, in the base unit; `undefined` of what is none. */
export function numberReader(unit: ValueUnit | undefined): (text: string) => number | undefined {
  switch (unit) {
    case "duration":
      return (text) => sumOf(text, durationPart, durationUnits);
    case "size":
      return (text) => sumOf(text, sizePart, sizeUnits);
    case "rfc3339":
      // JavaScript makes a date of almost anything: of "Nov  9 10:00:00" one of 2001.
      return (text) => (rfc3339.test(text) ? secondsOf(text) : undefined);
    case "clf":
      return (text) => {
        const match = /^\[?(\d{2})\/(\w{3})\/(\d{4}):(\d{2}:\d{2}:\d{2}) ?([+-]\d{2}):?(\d{2})\]?$/.exec(text);
        return match === null
          ? undefined
          : secondsOf(`${match[1]} ${match[2]} ${match[3]} ${match[4]} ${match[5]}${match[6]}`);
      };
    case "unix":
    case undefined:
      return plainNumber;
    default: {
      const factor = valueUnits[unit];
      // A product with 0.001 has digits that the text does not have.
      const divisor = factor < 1 ? Math.round(1 / factor) : 1;
      return (text) => {
        const number = plainNumber(text);
        return number === undefined ? undefined : factor < 1 ? number / divisor : number * factor;
      };
    }
  }
}

/** A decimal number; several, of servers that were asked one after the other, as in `0.010, 0.020 : -`, are added up. */
function plainNumber(text: string): number | undefined {
  const whole = wholeNumber(text);
  if (whole >= 0) return whole;
  const number = Number(text);
  if (!Number.isNaN(number) && text !== "" && /^\s*[+-]?[\d.]/.test(text) && !/^\s*[+-]?0[xob]/i.test(text))
    return number;
  if (!/[,:]/.test(text)) return undefined;
  let sum: number | undefined;
  for (const part of text.split(/[,:]/)) {
    const trimmed = part.trim();
    if (trimmed === "" || trimmed === "-") continue;
    if (!/^\d+(?:\.\d+)?$/.test(trimmed)) return undefined;
    sum = (sum ?? 0) + Number(trimmed);
  }
  return sum;
}

/** What a few digits are, in a fraction of the time; -1 for whatever else. */
function wholeNumber(text: string): number {
  if (text.length === 0 || text.length > 15) return -1;
  let number = 0;
  for (let i = 0; i < text.length; i++) {
    const digit = text.charCodeAt(i) - 0x30;
    if (digit < 0 || digit > 9) return -1;
    number = number * 10 + digit;
  }
  return number;
}

function secondsOf(text: string): number | undefined {
  const milliseconds = Date.parse(text);
  return Number.isNaN(milliseconds) ? undefined : milliseconds / 1000;
}

const durationUnits: Readonly<Record<string, number>> = {
  d: 86_400,
  h: 3600,
  m: 60,
  min: 60,
  s: 1,
  sec: 1,
  ms: 1e-3,
  us: 1e-6,
  µs: 1e-6,
  μs: 1e-6,
  ns: 1e-9,
};
const durationPart = /(\d+(?:\.\d+)?) ?(min|sec|ms|us|µs|μs|ns|d|h|m|s)/y;
const sizeUnits: Readonly<Record<string, number>> = {
  b: 1,
  k: 1024,
  kb: 1e3,
  kib: 1024,
  m: 2 ** 20,
  mb: 1e6,
  mib: 2 ** 20,
  g: 2 ** 30,
  gb: 1e9,
  gib: 2 ** 30,
  t: 2 ** 40,
  tb: 1e12,
  tib: 2 ** 40,
};
const sizePart = /(\d+(?:\.\d+)?) ?([kmgt]i?b|[bkmgt])/iy;

/** The sum of parts that make up the whole text; a number alone is itself. */
function sumOf(text: string, part: RegExp, units: Readonly<Record<string, number>>): number | undefined {
  if (/^\d+(?:\.\d+)?$/.test(text)) return Number(text);
  part.lastIndex = 0;
  let sum = 0;
  while (part.lastIndex < text.length) {
    const match = part.exec(text);
    if (match === null) return undefined;
    const unit = units[match[2]!] ?? units[match[2]!.toLowerCase()]!;
    sum += Number(match[1]) * unit;
  }
  // Sums of thousandths have digits that nobody wrote.
  return text === "" ? undefined : Number(sum.toPrecision(15));
}
