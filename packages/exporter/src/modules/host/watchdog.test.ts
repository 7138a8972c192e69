import { expect, it } from "vitest";
import { samplesOf } from "./fixtures/host-tree.ts";

it("tells what each watchdog says of itself", async () => {
  const lines = await samplesOf("watchdog", {
    "sys/class/watchdog/watchdog0/identity": "Software Watchdog\n",
    "sys/class/watchdog/watchdog0/state": "active\n",
    "sys/class/watchdog/watchdog0/timeleft": "300\n",
    "sys/class/watchdog/watchdog0/bootstatus": "1\n",
  });
  expect(lines).toEqual([
    'node_watchdog_bootstatus{name="watchdog0"} 1',
    'node_watchdog_info{name="watchdog0",options="",identity="Software Watchdog",state="active",status="",pretimeout_governor=""} 1',
    'node_watchdog_timeleft_seconds{name="watchdog0"} 300',
  ]);
});
