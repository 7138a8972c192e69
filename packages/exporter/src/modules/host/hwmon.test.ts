import { mkdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { NoData } from "../../scrape/no-data.ts";
import { Scrape } from "../../scrape/scrape.ts";
import { collectOnce } from "../../testing/index.ts";
import { fixtureHost } from "./fixtures/host-tree.ts";
import { hwmonCollector, hwmonOptions } from "./hwmon.ts";

/** The attributes of one chip without a device, whose name is its label. */
async function told(attributes: Record<string, string>, options = {}): Promise<string[]> {
  const named = Object.entries(attributes).map(([file, text]) => [`sys/class/hwmon/hwmon0/${file}`, `${text}\n`]);
  const paths = fixtureHost({ "sys/class/hwmon/hwmon0/name": "chip\n", ...Object.fromEntries(named) });
  const text = await (await collectOnce(hwmonCollector(paths, hwmonOptions.parse(options)))).metrics();
  return text.match(/^node_hwmon_(?!chip_names).*$/gm)?.toSorted() ?? [];
}

it("tells what each kind of sensor measures in base units", async () => {
  expect(
    await told({
      temp1_input: "45500",
      temp1_crit: "100000",
      temp1_crit_alarm: "0",
      temp1_alarm: "1",
      temp1_type: "4",
      temp1_label: "Core 0",
      fan2_input: "1200",
      fan2_beep: "0",
      fan2_div: "8",
      in0_input: "1500",
      curr1_input: "250",
      power1_average: "5000000",
      power1_average_interval: "1000",
      power1_accuracy: "20000",
      energy1_input: "7000000",
      pwm1: "128",
      pwm1_enable: "2",
      beep_enable: "1",
      update_interval: "2000",
      freq1_input: "300000000",
      freq1_label: "sclk",
    }),
  ).toEqual([
    'node_hwmon_beep_enabled{chip="chip",sensor="beep_enable0"} 1',
    'node_hwmon_curr_amps{chip="chip",sensor="curr1"} 0.25',
    'node_hwmon_energy_joule_total{chip="chip",sensor="energy1"} 7',
    'node_hwmon_fan_beep_enabled{chip="chip",sensor="fan2"} 0',
    'node_hwmon_fan_div{chip="chip",sensor="fan2"} 8',
    'node_hwmon_fan_rpm{chip="chip",sensor="fan2"} 1200',
    'node_hwmon_freq_freq_mhz{chip="chip",sensor="sclk"} 300',
    'node_hwmon_in_volts{chip="chip",sensor="in0"} 1.5',
    'node_hwmon_power_accuracy{chip="chip",sensor="power1"} 0.02',
    'node_hwmon_power_average_interval_seconds{chip="chip",sensor="power1"} 1',
    'node_hwmon_power_average_watt{chip="chip",sensor="power1"} 5',
    'node_hwmon_pwm_enable{chip="chip",sensor="pwm1"} 2',
    'node_hwmon_pwm{chip="chip",sensor="pwm1"} 128',
    'node_hwmon_sensor_label{chip="chip",sensor="freq1",label="sclk"} 1',
    'node_hwmon_sensor_label{chip="chip",sensor="temp1",label="Core 0"} 1',
    'node_hwmon_temp_alarm{chip="chip",sensor="temp1"} 1',
    'node_hwmon_temp_celsius{chip="chip",sensor="temp1"} 45.5',
    'node_hwmon_temp_crit_alarm_celsius{chip="chip",sensor="temp1"} 0',
    'node_hwmon_temp_crit_celsius{chip="chip",sensor="temp1"} 100',
    'node_hwmon_temp_type{chip="chip",sensor="temp1"} 4',
    'node_hwmon_update_interval_seconds{chip="chip",sensor="update_interval0"} 2',
  ]);
});

it("tells of the sensors that are asked for, by chip and sensor", async () => {
  const sensors = { temp1_input: "1000", temp2_input: "2000", fan1_input: "12", freq1_input: "5" };
  expect(await told(sensors, { "sensor-include": "^chip;temp" })).toEqual([
    'node_hwmon_temp_celsius{chip="chip",sensor="temp1"} 1',
    'node_hwmon_temp_celsius{chip="chip",sensor="temp2"} 2',
  ]);
  expect(await told(sensors, { "sensor-exclude": "^chip;temp" })).toEqual([
    'node_hwmon_fan_rpm{chip="chip",sensor="fan1"} 12',
  ]);
});

it("leaves out what is no number", async () => {
  expect(await told({ temp1_input: "", temp2_input: "N/A", fan1_input: "12", temp3_label: "" })).toEqual([
    'node_hwmon_fan_rpm{chip="chip",sensor="fan1"} 12',
    'node_hwmon_sensor_label{chip="chip",sensor="temp3",label=""} 1',
  ]);
});

it("calls a chip after its place on the bus, which stays, and reads sensors in the device's folder", async () => {
  const paths = fixtureHost({
    "sys/devices/platform/coretemp.0/temp2_input": "30000\n",
    "sys/devices/platform/coretemp.0/hwmon/hwmon3/name": "coretemp\n",
  });
  const chip = join(paths.sysfs, "devices/platform/coretemp.0/hwmon/hwmon3");
  symlinkSync("../..", join(chip, "device"));
  mkdirSync(join(paths.sysfs, "class/hwmon"), { recursive: true });
  symlinkSync(chip, join(paths.sysfs, "class/hwmon/hwmon3"));
  const text = await (await collectOnce(hwmonCollector(paths))).metrics();
  expect(text).toContain('node_hwmon_chip_names{chip="platform_coretemp_0",chip_name="coretemp"} 1\n');
  expect(text).toContain('node_hwmon_temp_celsius{chip="platform_coretemp_0",sensor="temp2"} 30\n');
  const without = await collectOnce(hwmonCollector(paths, hwmonOptions.parse({ "chip-exclude": "coretemp" })));
  expect(await without.metrics()).not.toContain("node_hwmon");
});

it("has no data where nothing is measured", () => {
  const scrape = new Scrape(new AbortController().signal);
  expect(() => hwmonCollector(fixtureHost({})).collect(scrape)).toThrow(NoData);
});
