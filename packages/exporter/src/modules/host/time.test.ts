import { spawnSync } from "node:child_process";
import { expect, it } from "vitest";
import { samplesOf } from "./fixtures/host-tree.ts";

it("tells the time and the clocks", async () => {
  const clock = "sys/devices/system/clocksource/clocksource0";
  const lines = await samplesOf("time", {
    [`${clock}/available_clocksource`]: "tsc hpet acpi_pm \n",
    [`${clock}/current_clocksource`]: "tsc\n",
  });
  expect(lines.filter((line) => line.includes("clocksource"))).toEqual([
    'node_time_clocksource_available_info{device="0",clocksource="tsc"} 1',
    'node_time_clocksource_available_info{device="0",clocksource="hpet"} 1',
    'node_time_clocksource_available_info{device="0",clocksource="acpi_pm"} 1',
    'node_time_clocksource_current_info{device="0",clocksource="tsc"} 1',
  ]);
  expect(lines.some((line) => line.startsWith("node_time_zone_offset_seconds{"))).toBe(true);
});

it.each([
  ["UTC", "2026-07-01", "UTC 0"],
  ["Europe/Berlin", "2026-01-01", "CET 3600"],
  ["Europe/Berlin", "2026-07-01", "CEST 7200"],
  ["America/New_York", "2026-07-01", "EDT -14400"],
  ["Asia/Tokyo", "2026-07-01", "JST 32400"],
  ["Asia/Kathmandu", "2026-07-01", "+0545 20700"],
  ["America/Sao_Paulo", "2026-07-01", "-03 -10800"],
])("calls the zone %s at %s as date does", (zone, at, expected) => {
  const program = `
    const { zoneOffset } = await import(${JSON.stringify(new URL("../../../dist/modules/host/time-zone.js", import.meta.url).href)});
    const { name, seconds } = zoneOffset(new Date("${at}T12:00:00Z"));
    process.stdout.write(name + " " + seconds);
  `;
  const { stdout } = spawnSync(process.execPath, ["--input-type=module", "--eval", program], {
    encoding: "utf8",
    env: { ...process.env, TZ: zone },
  });
  expect(stdout).toBe(expected);
});
