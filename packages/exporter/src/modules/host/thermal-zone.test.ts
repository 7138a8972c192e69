import { compareExposition } from "@exporterkit/client/testing";
import { expect, it } from "vitest";
import { collectOnce } from "../../testing/index.ts";
import { fixtureHost } from "./fixtures/host-tree.ts";
import { thermalZoneCollector } from "./thermal-zone.ts";

it("tells temperatures below zero too, and leaves out zones that cannot be read", async () => {
  const registry = await collectOnce(
    thermalZoneCollector(
      fixtureHost({
        "sys/class/thermal/thermal_zone0/type": "x86_pkg_temp\n",
        "sys/class/thermal/thermal_zone0/temp": "45500\n",
        "sys/class/thermal/thermal_zone10/type": "outside\n",
        "sys/class/thermal/thermal_zone10/temp": "-5000\n",
        "sys/class/thermal/thermal_zone2/type": "off\n",
        "sys/class/thermal/thermal_zone3/temp": "1\n",
        "sys/class/thermal/cooling_device0/type": "Processor\n",
        "sys/class/thermal/cooling_device0/cur_state": "1\n",
        "sys/class/thermal/cooling_device0/max_state": "10\n",
        "sys/class/thermal/cooling_device1/type": "Fan\n",
        "sys/class/thermal/cooling_device1/cur_state": "\n",
      }),
    ),
  );
  await compareExposition(
    registry,
    `# HELP node_thermal_zone_temp Zone temperature in Celsius
    # TYPE node_thermal_zone_temp gauge
    node_thermal_zone_temp{zone="0",type="x86_pkg_temp"} 45.5
    node_thermal_zone_temp{zone="10",type="outside"} -5
    # HELP node_cooling_device_cur_state Current throttle state of the cooling device
    # TYPE node_cooling_device_cur_state gauge
    node_cooling_device_cur_state{name="0",type="Processor"} 1
    # HELP node_cooling_device_max_state Maximum throttle state of the cooling device
    # TYPE node_cooling_device_max_state gauge
    node_cooling_device_max_state{name="0",type="Processor"} 10`,
  );
});

it("has nothing to tell of a virtual machine", async () => {
  const registry = await collectOnce(thermalZoneCollector(fixtureHost({})));
  expect(await registry.metrics()).not.toContain("node_");
});
