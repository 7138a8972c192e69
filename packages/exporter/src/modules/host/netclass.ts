import { statSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { NoData } from "../../scrape/no-data.ts";
import type { Collector } from "../../scrape/collector.ts";
import type { HostPaths } from "./host-paths.ts";
import { flag, type OptionsSchema, pattern } from "./options.ts";
import { listFolder, readAttribute } from "./pseudo-file.ts";

/** What the collector of network devices' properties can be told. */
export interface NetclassOptions {
  /** The devices to leave out. */
  readonly "ignored-devices"?: RegExp | undefined;
  /** Whether to leave out speeds below 0, which stand for an unknown one. */
  readonly "ignore-invalid-speed": boolean;
}

/** The schema of these. */
export const netclassOptions: OptionsSchema<NetclassOptions> = z.strictObject({
  "ignored-devices": pattern()
    .optional()
    .meta({ description: "Regular expression of the devices to leave out. Default: none." }),
  "ignore-invalid-speed": flag("Whether to leave out speeds below 0, which stand for an unknown one."),
});

/** Metrics and the attributes of a device in sysfs that they tell. */
const gauges = [
  ["address_assign_type", "addr_assign_type"],
  ["carrier", "carrier"],
  ["device_id", "dev_id"],
  ["dormant", "dormant"],
  ["flags", "flags"],
  ["iface_id", "ifindex"],
  ["iface_link", "iflink"],
  ["iface_link_mode", "link_mode"],
  ["mtu_bytes", "mtu"],
  ["name_assign_type", "name_assign_type"],
  ["net_dev_group", "netdev_group"],
  ["protocol_type", "type"],
  ["transmit_queue_length", "tx_queue_len"],
] as const;
const counters = [
  ["carrier_changes_total", "carrier_changes"],
  ["carrier_down_changes_total", "carrier_down_count"],
  ["carrier_up_changes_total", "carrier_up_count"],
] as const;

const bytesPerMegabit = 1e6 / 8;
const isUpFlag = 1;

/** What the kernel says of each network device. */
export function netclassCollector(paths: HostPaths, options: NetclassOptions): Collector {
  return {
    name: "netclass",
    collect(scrape) {
      const devices = devicesOf(paths).filter((device) => !(options["ignored-devices"]?.test(device) ?? false));
      if (devices.length === 0) throw new NoData("there is no network device");
      const text = (device: string, attribute: string): string | undefined =>
        readAttribute(paths.sysfs, `class/net/${device}/${attribute}`);
      const number = (device: string, attribute: string): number | undefined => parseInteger(text(device, attribute));

      for (const [name, attribute] of gauges) {
        const gauge = scrape.gauge(declared(name));
        for (const device of devices) {
          const value = number(device, attribute);
          if (value !== undefined) gauge.set({ device }, value);
        }
      }
      for (const [name, attribute] of counters) {
        const counter = scrape.counter(declared(name));
        for (const device of devices) {
          const value = number(device, attribute);
          if (value !== undefined) counter.setTotal({ device }, value);
        }
      }
      const speed = scrape.gauge(declared("speed_bytes"));
      const up = scrape.gauge({
        name: "node_network_up",
        help: "Value is 1 if operstate is 'up', 0 otherwise.",
        labelNames: ["device"],
      });
      const info = scrape.gauge({
        name: "node_network_info",
        help: "What the kernel says of the device in words, as labels.",
        labelNames: ["device", "address", "broadcast", "duplex", "operstate", "adminstate", "ifalias"],
      });
      for (const device of devices) {
        const megabits = number(device, "speed");
        if (megabits !== undefined && (megabits >= 0 || !options["ignore-invalid-speed"])) {
          speed.set({ device }, Math.trunc(megabits * bytesPerMegabit));
        }
        const [address = "", broadcast = "", duplex = "", operstate = "", ifalias = ""] = [
          "address",
          "broadcast",
          "duplex",
          "operstate",
          "ifalias",
        ].map((attribute) => text(device, attribute));
        up.set({ device }, operstate === "up" ? 1 : 0);
        const adminstate = adminState(number(device, "flags"));
        info.set({ device, address, broadcast, duplex, operstate, adminstate, ifalias }, 1);
      }
    },
  };
}

/** Names below class/net, but for files such as `bonding_masters`, and devices that have gone meanwhile. */
function devicesOf(paths: HostPaths): string[] {
  const isFolder = (device: string): boolean =>
    statSync(join(paths.sysfs, "class/net", device), { throwIfNoEntry: false })?.isDirectory() ?? false;
  return listFolder(paths.sysfs, "class/net").filter(isFolder);
}

/** A whole number, in decimal or as `0x1003`. */
function parseInteger(text: string | undefined): number | undefined {
  return text !== undefined && /^(0x[\da-f]+|-?\d+)$/i.test(text) ? Number(text) : undefined;
}

function adminState(flags: number | undefined): string {
  if (flags === undefined) return "unknown";
  return (flags & isUpFlag) === 1 ? "up" : "down";
}

function declared(name: string): { name: string; help: string; labelNames: ["device"] } {
  return { name: `node_network_${name}`, help: `Network device property: ${name}.`, labelNames: ["device"] };
}
