import { expect, it } from "vitest";
import { collectOnce } from "../../testing/index.ts";
import { fixtureHost } from "./fixtures/host-tree.ts";
import { powersupplyclassCollector, powersupplyclassOptions } from "./powersupplyclass.ts";

const files = {
  "sys/class/power_supply/AC/type": "Mains\n",
  "sys/class/power_supply/AC/online": "0\n",
  "sys/class/power_supply/BAT0/type": "Battery\n",
  "sys/class/power_supply/BAT0/status": "Discharging\n",
  "sys/class/power_supply/BAT0/capacity": "81\n",
  "sys/class/power_supply/BAT0/cycle_count": "0\n",
  "sys/class/power_supply/BAT0/energy_full": "50060000\n",
  "sys/class/power_supply/BAT0/energy_now": "49450000\n",
  "sys/class/power_supply/BAT0/power_now": "4830000\n",
  "sys/class/power_supply/BAT0/voltage_now": "12229000\n",
  "sys/class/power_supply/BAT0/current_now": "-500000\n",
  "sys/class/power_supply/BAT0/temp": "301\n",
  "sys/class/power_supply/BAT0/time_to_empty_now": "unknown\n",
};

async function told(options = {}): Promise<string[]> {
  const text = await (await collectOnce(powersupplyclassCollector(fixtureHost(files), options))).metrics();
  return text.match(/^node_power_supply.*$/gm)?.toSorted() ?? [];
}

it("tells numbers in base units and the texts as labels", async () => {
  expect(await told()).toEqual([
    'node_power_supply_capacity{power_supply="BAT0"} 81',
    'node_power_supply_current_ampere{power_supply="BAT0"} -0.5',
    'node_power_supply_cyclecount{power_supply="BAT0"} 0',
    'node_power_supply_energy_full{power_supply="BAT0"} 50.06',
    'node_power_supply_energy_watthour{power_supply="BAT0"} 49.45',
    'node_power_supply_info{power_supply="AC",status="",type="Mains"} 1',
    'node_power_supply_info{power_supply="BAT0",status="Discharging",type="Battery"} 1',
    'node_power_supply_online{power_supply="AC"} 0',
    'node_power_supply_power_watt{power_supply="BAT0"} 4.83',
    'node_power_supply_temp_celsius{power_supply="BAT0"} 30.1',
    'node_power_supply_voltage_volt{power_supply="BAT0"} 12.229',
  ]);
});

it("leaves out supplies that are to be ignored", async () => {
  expect(await told(powersupplyclassOptions.parse({ "ignored-supplies": "^BAT" }))).toEqual([
    'node_power_supply_info{power_supply="AC",type="Mains"} 1',
    'node_power_supply_online{power_supply="AC"} 0',
  ]);
});
