import { NoData } from "../../scrape/no-data.ts";
import type { Collector } from "../../scrape/collector.ts";
import type { HostPaths } from "./host-paths.ts";
import { LazyMetrics } from "./lazy-metrics.ts";
import { listFolder, readAttribute } from "./pseudo-file.ts";

const root = "class/fc_host";

const texts = ["speed", "port_state", "port_type"] as const;
/** Numbers in hexadecimal, which are told without the `0x`. */
const identities = ["port_id", "port_name", "fabric_name"] as const;
const moreTexts = ["symbolic_name", "supported_classes", "supported_speeds", "dev_loss_tmo"] as const;

const counters = [
  ["dumped_frames", "dumped_frames_total", "Number of dumped frames"],
  ["error_frames", "error_frames_total", "Number of errors in frames"],
  ["invalid_crc_count", "invalid_crc_total", "Invalid Cyclic Redundancy Check count"],
  ["rx_frames", "rx_frames_total", "Number of frames received"],
  ["rx_words", "rx_words_total", "Number of words received by host port"],
  ["tx_frames", "tx_frames_total", "Number of frames transmitted by host port"],
  ["tx_words", "tx_words_total", "Number of words transmitted by host port"],
  ["seconds_since_last_reset", "seconds_since_last_reset_total", "Number of seconds since last host port reset"],
  ["invalid_tx_word_count", "invalid_tx_words_total", "Number of invalid words transmitted by host port"],
  ["link_failure_count", "link_failure_total", "Number of times the host port link has failed"],
  ["loss_of_sync_count", "loss_of_sync_total", "Number of failures on bit or transmission word boundaries"],
  ["loss_of_signal_count", "loss_of_signal_total", "Number of times signal has been lost"],
  ["nos_count", "nos_total", "Number of Not_Operational Primitive Sequences received by host port"],
  ["fcp_packet_aborts", "fcp_packet_aborts_total", "Number of aborted packets"],
] as const;

/** What the ports of Fibre Channel adapters have moved and what went wrong there, from /sys/class/fc_host. */
export function fibrechannelCollector({ sysfs }: HostPaths): Collector {
  return {
    name: "fibrechannel",
    collect(scrape) {
      const hosts = listFolder(sysfs, root);
      if (hosts.length === 0) throw new NoData("there is no Fibre Channel adapter");
      const info = scrape.gauge({
        name: "node_fibrechannel_info",
        help: "Non-numeric data from /sys/class/fc_host/<host>, value is always 1.",
        labelNames: ["fc_host", ...texts, ...identities, ...moreTexts],
      });
      const metrics = new LazyMetrics(scrape, ["fc_host"]);
      for (const fc_host of hosts) {
        const read = (attribute: string): string => readAttribute(sysfs, `${root}/${fc_host}/${attribute}`) ?? "";
        info.set(
          {
            fc_host,
            ...labelsOf([...texts, ...moreTexts], read),
            ...labelsOf(identities, (attribute) => read(attribute).replace(/^0x/, "")),
          },
          1,
        );
        for (const [file, name, help] of counters) {
          const value = parseCount(read(`statistics/${file}`));
          metrics.counter(`node_fibrechannel_${name}`, help, { fc_host }, value);
        }
      }
    },
  };
}

function labelsOf<Name extends string>(names: readonly Name[], read: (name: Name) => string): Record<Name, string> {
  return Object.fromEntries(names.map((name) => [name, read(name)])) as Record<Name, string>;
}

/** A number in hexadecimal; adapters that do not count something say that all bits are set. */
function parseCount(text: string): number | undefined {
  return /^(0x[\da-f]+|\d+)$/i.test(text) && !/^0x0*f{16}$/i.test(text) ? Number(text) : undefined;
}
