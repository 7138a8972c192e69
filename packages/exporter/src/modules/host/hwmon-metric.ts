import { parseNumber } from "./pseudo-file.ts";

/** What an attribute of a sensor is exposed as. */
export interface SensorMetric {
  readonly name: string;
  readonly help: string;
  readonly value: number;
  readonly isCounter?: boolean;
  /** What the sensor is called, where that is not its number. */
  readonly sensor?: string | undefined;
}

// The kernel measures in these parts of a unit.
const thousandth = 0.001;
const million = 1e6;

/** The metric of one attribute, in base units; undefined where it is no number. `all` are those of the same sensor. */
export function sensorMetric(
  type: string,
  attribute: string,
  text: string,
  all: ReadonlyMap<string, string>,
): SensorMetric | undefined {
  const raw = parseNumber(text);
  if (attribute === "label" || raw === undefined) return undefined;
  // A clock that nobody has named could be any.
  if (type === "freq" && attribute === "input" && !all.has("label")) return undefined;
  if (type === "beep_enable") {
    return { name: "node_hwmon_beep_enabled", help: "Hardware beep enabled", value: raw === 1 ? 1 : 0 };
  }
  if (type === "vrm") {
    return { name: "node_hwmon_voltage_regulator_version", help: "Hardware voltage regulator", value: raw };
  }
  if (type === "update_interval") {
    const help = "Hardware monitor update interval";
    return { name: "node_hwmon_update_interval_seconds", help, value: raw * thousandth };
  }
  const name = `node_hwmon_${type}${suffixOf(attribute, all)}`;
  if (attribute === "fault" || attribute === "alarm") {
    return { name, help: `Hardware sensor ${attribute} status (${type})`, value: raw };
  }
  if (attribute === "beep") {
    return { name: `${name}_enabled`, help: "Hardware monitor sensor has beeping enabled", value: raw };
  }
  return measured(type, attribute, name, raw, all);
}

// Where the sensor's number has a file of its own, what is measured is told apart from it.
function suffixOf(attribute: string, all: ReadonlyMap<string, string>): string {
  if (attribute === "") return "";
  if (attribute === "input") return all.has("") ? "_input" : "";
  return `_${attribute.toLowerCase().replaceAll(/[^a-z0-9:_]/g, "_")}`;
}

function measured(
  type: string,
  attribute: string,
  name: string,
  raw: number,
  all: ReadonlyMap<string, string>,
): SensorMetric {
  const help = (what: string): string => `Hardware monitor for ${what} (${attribute})`;
  switch (type) {
    case "in":
    case "cpu":
      return { name: `${name}_volts`, help: help("voltage"), value: raw * thousandth };
    case "temp":
      if (attribute === "type") break;
      return { name: `${name}_celsius`, help: help("temperature"), value: raw * thousandth };
    case "curr":
      return { name: `${name}_amps`, help: help("current"), value: raw * thousandth };
    case "energy":
      return { name: `${name}_joule_total`, help: help("joules used so far"), value: raw / million, isCounter: true };
    case "power":
      return power(attribute, name, raw);
    case "humidity": {
      const what = "humidity, as a ratio (multiply with 100.0 to get the humidity as a percentage)";
      return { name, help: help(what), value: raw / million };
    }
    case "fan":
      if (!["input", "min", "max", "target"].includes(attribute)) break;
      return { name: `${name}_rpm`, help: help("fan revolutions per minute"), value: raw };
    case "freq":
      if (attribute !== "input") break;
      return {
        name: `${name}_freq_mhz`,
        help: "Hardware monitor for GPU frequency in MHz",
        value: raw / million,
        sensor: all.get("label"),
      };
  }
  return { name, help: `Hardware monitor ${type} element ${attribute}`, value: raw };
}

function power(attribute: string, name: string, raw: number): SensorMetric {
  if (attribute === "accuracy") {
    return { name, help: "Hardware monitor power meter accuracy, as a ratio", value: raw / million };
  }
  if (/^average_interval(_min|_max)?$/.test(attribute)) {
    const help = `Hardware monitor power usage update interval (${attribute})`;
    return { name: `${name}_seconds`, help, value: raw * thousandth };
  }
  return {
    name: `${name}_watt`,
    help: `Hardware monitor for power usage in watts (${attribute})`,
    value: raw / million,
  };
}
