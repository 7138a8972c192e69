/** How numbers are shown. */
export type Unit =
  | "none"
  | "bytes"
  | "bytes/s"
  | "seconds"
  /** By the second. */
  | "rate"
  /** 1 is 100 %. */
  | "ratio"
  | "percent"
  | "celsius"
  | "volts"
  /** 1 is yes, 0 is no. */
  | "yesNo"
  /** Seconds since the Unix epoch. */
  | "timestamp";

const units: Readonly<Record<string, Unit>> = {
  bytes: "bytes",
  seconds: "seconds",
  ratio: "ratio",
  percent: "percent",
  celsius: "celsius",
  volts: "volts",
};

/** The unit of a family's numbers, by the end of its name; of their rate by the second where `isRate`. */
export function unitOf(name: string, declared: string | undefined, isRate: boolean): Unit {
  if (!isRate && /_(?:timestamp|time)_seconds$/.test(name)) return "timestamp";
  const word = declared ?? /_([a-z]+?)(?:_total)?$/.exec(name)?.[1] ?? "";
  return isRate ? rateOf(units[word] ?? "none") : (units[word] ?? "none");
}

/** What a unit becomes by the second. Seconds by the second are a share of the time. */
export function rateOf(unit: Unit): Unit {
  if (unit === "bytes") return "bytes/s";
  return unit === "seconds" ? "ratio" : "rate";
}

interface Scale {
  readonly factor: number;
  readonly suffix: string;
}

const binary = ["B", "KiB", "MiB", "GiB", "TiB", "PiB"].map((suffix, power) => ({ factor: 1024 ** power, suffix }));
const decimal = [
  { factor: 1e-9, suffix: "n" },
  { factor: 1e-6, suffix: "µ" },
  { factor: 1e-3, suffix: "m" },
  { factor: 1, suffix: "" },
  { factor: 1e3, suffix: "k" },
  { factor: 1e6, suffix: "M" },
  { factor: 1e9, suffix: "G" },
  { factor: 1e12, suffix: "T" },
];
const counts = decimal.filter(({ factor }) => factor >= 1);
const times = [
  { factor: 1e-9, suffix: "ns" },
  { factor: 1e-6, suffix: "µs" },
  { factor: 1e-3, suffix: "ms" },
  { factor: 1, suffix: "s" },
  { factor: 60, suffix: "min" },
  { factor: 3600, suffix: "h" },
  { factor: 86_400, suffix: "d" },
];

/** The scale in which a number of this size is read best. */
function scaleFor(size: number, unit: Unit): Scale {
  switch (unit) {
    case "bytes":
      return largest(binary, size);
    case "bytes/s": {
      const { factor, suffix } = largest(binary, size);
      return { factor, suffix: `${suffix}/s` };
    }
    case "seconds":
      return largest(times, size);
    case "rate": {
      const { factor, suffix } = largest(counts, size);
      return { factor, suffix: `${suffix}/s` };
    }
    case "ratio":
      return { factor: 0.01, suffix: "%" };
    case "percent":
      return { factor: 1, suffix: "%" };
    case "celsius":
      return { factor: 1, suffix: "°C" };
    case "volts":
      return { factor: 1, suffix: "V" };
    default:
      return largest(counts, size);
  }
}

function largest(scales: readonly Scale[], size: number): Scale {
  const first = scales[0]!;
  if (size === 0) return scales.find(({ factor }) => factor === 1) ?? first;
  return scales.findLast(({ factor }) => factor <= size * 1.0001) ?? first;
}

/** A number with three digits that matter and its unit, as people read it. */
export function formatValue(value: number | null | undefined, unit: Unit): string {
  if (value === null || value === undefined || Number.isNaN(value)) return "–";
  if (!Number.isFinite(value)) return value > 0 ? "∞" : "-∞";
  if (unit === "timestamp") return isDate(value) ? formatTime(value) : value.toExponential(1);
  if (unit === "yesNo" && (value === 0 || value === 1)) return value === 1 ? "yes" : "no";
  const { factor, suffix } = scaleFor(Math.abs(value), unit);
  const number = value / factor;
  return Math.abs(number) < mostInScale ? withSuffix(digits(number), suffix) : exponential(value, unit);
}

/** From here on a number is too large for the largest scale to read well. */
const mostInScale = 1e6;

/** A number that no scale fits, in the unit without a prefix. */
function exponential(value: number, unit: Unit): string {
  const { factor, suffix } = scaleFor(0, unit);
  return withSuffix((value / factor).toExponential(1), suffix);
}

function digits(number: number): string {
  const size = Math.abs(number);
  if (size >= 100 || number === 0) return String(Math.round(number));
  if (Number.isInteger(number)) return String(number);
  if (size < 0.001) return number.toExponential(1);
  return number.toFixed(size >= 10 ? 1 : size >= 0.1 ? 2 : 3);
}

function withSuffix(number: string, suffix: string): string {
  // A letter for thousands belongs to the number.
  const isUnit = /^(?:[A-Zµmn]?[a-zB]+|%|°C|V|.?\/s|[KMGTP]iB\/s|B\/s)$/.test(suffix) && !/^[kMGT]$/.test(suffix);
  return suffix === "" ? number : isUnit ? `${number}\u202f${suffix}` : `${number}${suffix}`;
}

/** The numbers beside an axis: all in one scale, with the digits that tell them apart. */
export function formatSplits(splits: readonly number[], unit: Unit): string[] {
  if (unit === "timestamp") return timeSplits(splits);
  const size = Math.max(...splits.map(Math.abs), 0);
  const { factor, suffix } = scaleFor(size, unit);
  const isOutOfScale = size !== 0 && (size / factor < leastInScale || size / factor >= mostInScale);
  if (isOutOfScale) return splits.map((split) => (split === 0 ? "0" : exponential(split, unit)));
  const step = splits.length > 1 ? Math.abs(splits[1]! - splits[0]!) / factor : 1;
  // Steps of 2.5 need a digit more than those of 2.
  const first = Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
  const isWhole = Math.abs(step * 10 ** first - Math.round(step * 10 ** first)) < 1e-6;
  const places = Math.min(6, isWhole ? first : first + 1);
  return splits.map((split) => (split === 0 ? "0" : withSuffix((split / factor).toFixed(places), suffix)));
}

/** Below this, numbers in the smallest scale are all zeros beside an axis. */
const leastInScale = 1e-5;

/** What tells points in time apart: the time of day, the day, or the year. */
function timeSplits(splits: readonly number[]): string[] {
  const step = splits.length > 1 ? splits[1]! - splits[0]! : 0;
  const [from, to] = step < 86_400 ? [11, 16] : step < 365 * 86_400 ? [5, 10] : [0, 4];
  return splits.map((split) => (isDate(split) ? formatTime(split).slice(from, to) : ""));
}

/** Whether seconds since the epoch are within the years of four digits: milliseconds and nanoseconds are not. */
export function isDate(seconds: number): boolean {
  return seconds > -62_135_596_800 && seconds < 253_370_764_800;
}

/** A point in time as clocks here have it, as the times below plots are. */
function formatTime(seconds: number): string {
  const date = new Date(seconds * 1000);
  const [month, day, hours, minutes] = [date.getMonth() + 1, date.getDate(), date.getHours(), date.getMinutes()].map(
    (number) => String(number).padStart(2, "0"),
  );
  return `${String(date.getFullYear()).padStart(4, "0")}-${month}-${day} ${hours}:${minutes}`;
}

/** A time span as people say it. */
export function formatSpan(seconds: number): string {
  const [days, hours, minutes] = [seconds / 86_400, (seconds / 3600) % 24, (seconds / 60) % 60].map(Math.floor);
  if (days! > 0) return `${days} d ${hours} h`;
  if (hours! > 0) return `${hours} h ${minutes} min`;
  return minutes! > 0 ? `${minutes} min` : `${Math.floor(seconds)} s`;
}
