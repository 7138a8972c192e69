import type { Unit } from "./units.ts";

/** What Grafana calls the units of numbers. */
const units: Readonly<Record<string, Unit>> = {
  cps: "rate",
  ops: "rate",
  reqps: "rate",
  bytes: "bytes",
  decbytes: "bytes",
  binBps: "bytes/s",
  Bps: "bytes/s",
  s: "seconds",
  percentunit: "ratio",
  percent: "percent",
  celsius: "celsius",
  volt: "volts",
  bool: "yesNo",
  bool_yes_no: "yesNo",
  bool_on_off: "yesNo",
};

/** The unit that Grafana calls so; of others numbers are shown as they are. */
export function dashboardUnit(name: string): Unit {
  return (Object.hasOwn(units, name) ? units[name] : undefined) ?? "none";
}
