import { z } from "zod";
import type { Collector } from "../../scrape/collector.ts";
import type { HostPaths } from "./host-paths.ts";
import { LazyMetrics } from "./lazy-metrics.ts";
import { type OptionsSchema, pattern } from "./options.ts";
import { listFolder, readAttribute, readNumber } from "./pseudo-file.ts";

/** Which power supplies are told of, by the name of node_exporter's flag. */
export interface PowersupplyclassOptions {
  /** Those to leave out. Default: none. */
  readonly "ignored-supplies"?: RegExp | undefined;
}

/** Which power supplies are told of. */
export const powersupplyclassOptions: OptionsSchema<PowersupplyclassOptions> = z.strictObject({
  "ignored-supplies": pattern()
    .optional()
    .meta({ description: "Regular expression of the power supplies to leave out. Default: none." }),
});

/** By the attribute's name, that of the metric where it is another, in groups of one unit of the kernel's. */
const groups: readonly { readonly divisor: number; readonly attributes: Readonly<Record<string, string>> }[] = [
  {
    divisor: 1,
    attributes: {
      ...same("authentic calibrate capacity capacity_alert_max capacity_alert_min online present"),
      cycle_count: "cyclecount",
      time_to_empty_now: "time_to_empty_seconds",
      time_to_full_now: "time_to_full_seconds",
    },
  },
  {
    // Micro-units: amperes, watt-hours, volts, ampere-hours, watts.
    divisor: 1e6,
    attributes: {
      ...same("current_boot current_max energy_empty energy_empty_design energy_full energy_full_design voltage_boot"),
      ...same("voltage_max voltage_max_design voltage_min voltage_min_design voltage_ocv charge_control_limit"),
      ...same("charge_control_limit_max charge_counter charge_empty charge_empty_design charge_full"),
      ...same("charge_full_design charge_term_current constant_charge_current constant_charge_current_max"),
      ...same("constant_charge_voltage constant_charge_voltage_max precharge_current input_current_limit"),
      current_now: "current_ampere",
      energy_now: "energy_watthour",
      voltage_now: "voltage_volt",
      charge_now: "charge_ampere",
      power_now: "power_watt",
    },
  },
  {
    // Tenths of a degree.
    divisor: 10,
    attributes: Object.fromEntries(
      "temp temp_alert_max temp_alert_min temp_ambient temp_ambient_max temp_ambient_min temp_max temp_min"
        .split(" ")
        .map((name) => [name, `${name}_celsius`]),
    ),
  },
];

const texts =
  "capacity_level charge_type health manufacturer model_name serial_number status technology type usb_type scope".split(
    " ",
  );

/** Batteries, mains adapters and UPS, as the kernel knows them. */
export function powersupplyclassCollector({ sysfs }: HostPaths, options: PowersupplyclassOptions = {}): Collector {
  const { "ignored-supplies": ignored } = options;
  return {
    name: "powersupplyclass",
    collect(scrape) {
      const supplies = listFolder(sysfs, "class/power_supply").filter((name) => !(ignored?.test(name) ?? false));
      if (supplies.length === 0) return;
      const metrics = new LazyMetrics(scrape, ["power_supply"]);
      const known = supplies.map((power_supply) => {
        const path = `class/power_supply/${power_supply}`;
        for (const { divisor, attributes } of groups) {
          for (const [attribute, name] of Object.entries(attributes)) {
            const value = readNumber(sysfs, `${path}/${attribute}`);
            const help = `${name} value of /sys/class/power_supply/<power_supply>.`;
            metrics.gauge(`node_power_supply_${name}`, help, { power_supply }, value && value / divisor);
          }
        }
        const said = texts.map((name) => [name, readAttribute(sysfs, `${path}/${name}`) ?? ""] as const);
        return new Map([["power_supply", power_supply], ...said]);
      });
      const labelNames = ["power_supply", ...texts.filter((name) => known.some((labels) => labels.get(name) !== ""))];
      const info = scrape.gauge({
        name: "node_power_supply_info",
        help: "info of /sys/class/power_supply/<power_supply>.",
        labelNames,
      });
      for (const labels of known) info.set(Object.fromEntries(labelNames.map((name) => [name, labels.get(name)!])), 1);
    },
  };
}

function same(names: string): Record<string, string> {
  return Object.fromEntries(names.split(" ").map((name) => [name, name]));
}
