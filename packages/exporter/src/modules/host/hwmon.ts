import { existsSync, realpathSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { z } from "zod";
import { NoData } from "../../scrape/no-data.ts";
import type { Collector } from "../../scrape/collector.ts";
import type { HostPaths } from "./host-paths.ts";
import { sensorMetric } from "./hwmon-metric.ts";
import { LazyMetrics } from "./lazy-metrics.ts";
import { excludePattern, includePattern, notBoth, type OptionsSchema } from "./options.ts";
import { listFolder, readAttribute } from "./pseudo-file.ts";

/** Which chips are told of, by the names of node_exporter's flags. */
export interface HwmonOptions {
  /** Chips to tell of. Default: all. */
  readonly "chip-include"?: RegExp | undefined;
  /** Chips to leave out. Default: none. */
  readonly "chip-exclude"?: RegExp | undefined;
  /** Sensors to tell of, as `chip;sensor`. Default: all. */
  readonly "sensor-include"?: RegExp | undefined;
  /** Sensors to leave out, as `chip;sensor`. Default: none. */
  readonly "sensor-exclude"?: RegExp | undefined;
}

/** Which chips are told of. */
export const hwmonOptions: OptionsSchema<HwmonOptions> = z
  .strictObject({
    "chip-include": includePattern().optional().meta({ description: "Regular expression of the chips to tell of." }),
    "chip-exclude": excludePattern().optional().meta({ description: "Regular expression of the chips to leave out." }),
    "sensor-include": includePattern()
      .optional()
      .meta({ description: "Regular expression of the sensors to tell of, each as chip;sensor." }),
    "sensor-exclude": excludePattern()
      .optional()
      .meta({ description: "Regular expression of the sensors to leave out, each as chip;sensor." }),
  })
  .refine(...notBoth("sensor-include", "sensor-exclude"))
  .refine(...notBoth("chip-include", "chip-exclude"));

const sensorFile =
  /^(vrm|beep_enable|update_interval|in|cpu|fan|pwm|temp|curr|power|energy|humidity|intrusion|freq)(\d*)(?:_(.+))?$/;

/** The attributes of a chip's sensors, such as `input` and `label`, by the sensor. */
type Sensors = Map<string, { readonly type: string; readonly attributes: Map<string, string> }>;

/** Temperatures, fans, voltages and what else chips of the machine measure. */
export function hwmonCollector({ sysfs }: HostPaths, options: HwmonOptions = {}): Collector {
  const isWantedChip = filter(options["chip-include"], options["chip-exclude"]);
  const isWantedSensor = filter(options["sensor-include"], options["sensor-exclude"]);
  return {
    name: "hwmon",
    collect(scrape) {
      const folders = listFolder(sysfs, "class/hwmon").map((name) => `class/hwmon/${name}`);
      if (folders.length === 0) throw new NoData("no chip of this machine measures anything");
      const metrics = new LazyMetrics(scrape, ["chip", "sensor"]);
      const names = new LazyMetrics(scrape, ["chip", "chip_name"]);
      const labels = new LazyMetrics(scrape, ["chip", "sensor", "label"]);
      for (const folder of folders) {
        const chip = chipOf(sysfs, folder);
        if (!isWantedChip(chip)) continue;
        const chip_name = cleaned(readAttribute(sysfs, `${folder}/name`) ?? "");
        if (chip_name !== "") {
          names.gauge(
            "node_hwmon_chip_names",
            "Annotation metric for human-readable chip names",
            { chip, chip_name },
            1,
          );
        }
        for (const [sensor, { type, attributes }] of readSensors(sysfs, folder)) {
          if (!isWantedSensor(`${chip};${sensor}`)) continue;
          const label = attributes.get("label");
          if (label !== undefined) {
            labels.gauge("node_hwmon_sensor_label", "Label for given chip and sensor", { chip, sensor, label }, 1);
          }
          for (const [attribute, text] of attributes) {
            const metric = sensorMetric(type, attribute, text, attributes);
            if (metric === undefined) continue;
            const { name, help, value } = metric;
            const series = { chip, sensor: metric.sensor === undefined ? sensor : cleaned(metric.sensor) };
            if (metric.isCounter) metrics.counter(name, help, series, value);
            else metrics.gauge(name, help, series, value);
          }
        }
      }
    },
  };
}

function filter(include: RegExp | undefined, exclude: RegExp | undefined): (name: string) => boolean {
  return (name) => !(exclude?.test(name) ?? false) && (include?.test(name) ?? true);
}

/**
 * The name of a chip that stays: the folders are numbered as drivers are loaded, but where the device sits on its bus does not
 * change.
 */
function chipOf(sysfs: string, folder: string): string {
  const device = realPath(join(sysfs, folder, "device"));
  const place = device === undefined ? [] : [basename(dirname(device)), basename(device)].map(cleaned);
  const name = place.filter((part) => part !== "").join("_");
  return name || cleaned(readAttribute(sysfs, `${folder}/name`) ?? "") || basename(folder);
}

function realPath(path: string): string | undefined {
  try {
    return realpathSync(path);
  } catch {
    return undefined;
  }
}

// Drivers of old put the sensors' files into the folder of the device.
function readSensors(sysfs: string, folder: string): Sensors {
  const sensors: Sensors = new Map();
  const folders = existsSync(join(sysfs, folder, "device")) ? [folder, `${folder}/device`] : [folder];
  for (const each of folders) {
    for (const file of listFolder(sysfs, each)) {
      const [, type, number, attribute = ""] = sensorFile.exec(file) ?? [];
      if (type === undefined) continue;
      const text = readAttribute(sysfs, `${each}/${file}`);
      if (text === undefined) continue;
      const name = `${type}${Number(number)}`;
      const sensor = sensors.get(name) ?? { type, attributes: new Map<string, string>() };
      sensor.attributes.set(attribute, text);
      sensors.set(name, sensor);
    }
  }
  return sensors;
}

function cleaned(text: string): string {
  return text
    .toLowerCase()
    .replaceAll(/[^a-z0-9:_]/g, "_")
    .replaceAll(/^_+|_+$/g, "");
}
