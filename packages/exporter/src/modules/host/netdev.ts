import { networkInterfaces } from "node:os";
import { z } from "zod";
import type { Collector } from "../../scrape/collector.ts";
import type { Scrape } from "../../scrape/scrape.ts";
import { deviceFields, deviceFilter, type DeviceOptions, notBothDevices } from "./device-filter.ts";
import type { HostPaths } from "./host-paths.ts";
import { flag, type OptionsSchema } from "./options.ts";
import { readNumber, readText } from "./pseudo-file.ts";

/** What the collector of network devices can be told. */
export interface NetdevOptions extends DeviceOptions {
  /** Whether to tell of the addresses of each device that is up. */
  readonly "address-info": boolean;
}

/** The schema of these. */
export const netdevOptions: OptionsSchema<NetdevOptions> = z
  .strictObject({
    ...deviceFields(),
    "address-info": flag("Whether to tell of the addresses of each device that is up."),
  })
  .refine(...notBothDevices);

/** What the network devices have sent and received. */
export function netdevCollector(paths: HostPaths, options: NetdevOptions): Collector {
  const isWanted = deviceFilter(options);
  return {
    name: "netdev",
    collect(scrape) {
      const { fields, devices } = parseNetDev(readText(paths.procfs, "net/dev"));
      const wanted = devices.filter(({ device }) => isWanted(device));
      for (const [i, field] of fields.entries()) {
        count(
          scrape,
          field,
          wanted.map(({ device, values }) => [device, values[i]]),
        );
      }
      // The one number of netlink's that procfs lacks.
      const unhandled = (device: string): number | undefined =>
        readNumber(paths.sysfs, `class/net/${device}/statistics/rx_nohandler`);
      count(
        scrape,
        "receive_nohandler",
        wanted.map(({ device }) => [device, unhandled(device)]),
      );
      if (options["address-info"]) tellAddresses(scrape);
    },
  };
}

function count(scrape: Scrape, field: string, values: readonly (readonly [string, number | undefined])[]): void {
  const counter = scrape.counter({
    name: `node_network_${field}_total`,
    help: `Network device statistic ${field}.`,
    labelNames: ["device"],
  });
  for (const [device, value] of values) if (value !== undefined) counter.setTotal({ device }, value);
}

interface NetDev {
  /** Such as `receive_bytes`. */
  readonly fields: readonly string[];
  readonly devices: readonly { readonly device: string; readonly values: readonly number[] }[];
}

/** Reads /proc/net/dev, whose second line names the columns: those received, then those sent. */
function parseNetDev(text: string): NetDev {
  const [, header = "", ...lines] = text.split("\n");
  const [, received, sent] = header.split("|").map((columns) => columns.trim().split(/\s+/));
  if (received === undefined || sent === undefined) throw new Error("net/dev has no header");
  const fields = [...received.map((field) => `receive_${field}`), ...sent.map((field) => `transmit_${field}`)];
  const devices = lines.flatMap((line) => {
    // A name may have a colon itself.
    const [, device, columns] = /^ *(.+?): *(\d+(?: +\d+)*) *$/.exec(line) ?? [];
    const values = columns?.split(/ +/).map(Number);
    return device === undefined || values?.length !== fields.length ? [] : [{ device, values }];
  });
  return { fields, devices };
}

function tellAddresses(scrape: Scrape): void {
  const info = scrape.gauge({
    name: "node_network_address_info",
    help: "Addresses of the network devices, as labels.",
    labelNames: ["device", "address", "netmask", "scope"],
  });
  for (const [device, addresses = []] of Object.entries(networkInterfaces())) {
    for (const { address, cidr } of addresses) {
      info.set({ device, address, netmask: cidr?.split("/")[1] ?? "", scope: scopeOf(address) }, 1);
    }
  }
}

/** What Go says of an address: it calls the loopback addresses link-local. */
function scopeOf(address: string): string {
  return /^(127\.|169\.254\.|224\.0\.0\.|::1$|fe[89ab]|ff.2:)/i.test(address) ? "link-local" : "global";
}
