import type { DashboardUnit } from "./dashboard-plan.ts";

/** What the last word of a metric's name says of its values, and of how much they grow in a second. */
const units: Readonly<Record<string, { readonly value: DashboardUnit; readonly rate: DashboardUnit }>> = {
  // Seconds in a second are a share of time.
  seconds: { value: "seconds", rate: "ratio" },
  milliseconds: { value: "milliseconds", rate: "count/second" },
  bytes: { value: "bytes", rate: "bytes/second" },
  bits: { value: "bits", rate: "count/second" },
  ratio: { value: "ratio", rate: "count/second" },
  percent: { value: "percent", rate: "count/second" },
  celsius: { value: "celsius", rate: "count/second" },
  volts: { value: "volts", rate: "count/second" },
  amperes: { value: "amperes", rate: "count/second" },
  watts: { value: "watts", rate: "count/second" },
  joules: { value: "joules", rate: "watts" },
  hertz: { value: "hertz", rate: "count/second" },
  meters: { value: "meters", rate: "count/second" },
};

/** The unit of a metric's values, or of their rate, by its name without `_total` and such. */
export function unitOfName(name: string, what: "value" | "rate"): DashboardUnit {
  const word = lastWord(name);
  const unit = Object.hasOwn(units, word) ? units[word]! : { value: "count", rate: "count/second" };
  return unit[what] as DashboardUnit;
}

/** A metric's name as words, without its unit. */
export function titleOfName(name: string): string {
  const word = lastWord(name);
  const shown = Object.hasOwn(units, word) ? name.slice(0, -word.length) : name;
  const words = shown.split(/[_:]+/).filter((each) => each !== "");
  const text = words.join(" ") || name;
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function lastWord(name: string): string {
  return /[^_:]*$/.exec(name)![0];
}
