import type { Logger } from "../../logger.ts";
import type { Collector } from "../../scrape/collector.ts";
import { deviceFilter } from "./device-filter.ts";
import type { NetdevOptions } from "./netdev.ts";
import { type LoadSystemInformation, loadSystemInformation, systemInformationOf } from "./system-information.ts";

const counters = [
  ["receive_bytes", "rx_bytes"],
  ["receive_drop", "rx_dropped"],
  ["receive_errs", "rx_errors"],
  ["transmit_bytes", "tx_bytes"],
  ["transmit_drop", "tx_dropped"],
  ["transmit_errs", "tx_errors"],
] as const;

/** What the network devices of macOS and Windows have sent and received. */
export function netdevElsewhereCollector(
  options: NetdevOptions,
  logger: Logger,
  load: LoadSystemInformation = loadSystemInformation,
): Collector {
  const isWanted = deviceFilter(options);
  const information = systemInformationOf("netdev", load, logger);
  return {
    name: "netdev",
    async collect(scrape) {
      const system = await information();
      const devices = (await system.networkStats("*")).filter(({ iface }) => isWanted(iface));
      for (const [name, field] of counters) {
        const counter = scrape.counter({
          name: `node_network_${name}_total`,
          help: `Network device statistic ${name}.`,
          labelNames: ["device"],
        });
        for (const device of devices) {
          const value = device[field];
          // What the system does not tell is null, whatever the types say.
          if (Number.isFinite(value) && value >= 0) counter.setTotal({ device: device.iface }, value);
        }
      }
    },
  };
}
