import { z } from "zod";
import type { Collector } from "../../scrape/collector.ts";
import type { HostPaths } from "./host-paths.ts";
import { fieldsOption, type OptionsSchema } from "./options.ts";
import { parseNumber, readText, readTextIfAny } from "./pseudo-file.ts";

const standard =
  "^(.*_(InErrors|InErrs)|Ip_Forwarding|Ip(6|Ext)_(InOctets|OutOctets)|Icmp6?_(InMsgs|OutMsgs)|" +
  "TcpExt_(Listen.*|Syncookies.*|TCPSynRetrans|TCPTimeouts|TCPOFOQueue|TCPRcvQDrop)|" +
  "Tcp_(ActiveOpens|InSegs|OutSegs|OutRsts|PassiveOpens|RetransSegs|CurrEstab)|" +
  "Udp6?_(InDatagrams|OutDatagrams|NoPorts|RcvbufErrors|SndbufErrors))$";

/** What the collector of network statistics can be told. */
export interface NetstatOptions {
  /** The fields to tell, such as `Tcp_CurrEstab`. */
  readonly fields: RegExp;
}

/** The schema of these. */
export const netstatOptions: OptionsSchema<NetstatOptions> = z.strictObject({ fields: fieldsOption(standard) });

/** What the network protocols have counted. */
export function netstatCollector(paths: HostPaths, { fields }: NetstatOptions): Collector {
  return {
    name: "netstat",
    collect(scrape) {
      const statistics = new Map([
        ...parsePairs(readText(paths.procfs, "net/netstat")),
        ...parsePairs(readText(paths.procfs, "net/snmp")),
        // Missing where IPv6 is disabled.
        ...parseSnmp6(readTextIfAny(paths.procfs, "net/snmp6") ?? ""),
      ]);
      if (statistics.size === 0) throw new Error("net/netstat and net/snmp have no field");
      for (const [field, value] of statistics) {
        if (!fields.test(field)) continue;
        const help = `Statistic ${field.replace("_", "")}.`;
        scrape.unknown({ name: `node_netstat_${field}`, help }).set(value);
      }
    },
  };
}

/** Reads pairs of lines of one protocol: the names of its fields, and their values. */
function parsePairs(text: string): [string, number][] {
  const lines = text.split("\n");
  return lines.flatMap((line, i) => {
    const [protocol, ...names] = line.split(" ");
    const [same, ...values] = lines[i + 1]?.split(" ") ?? [];
    // The line of values has no names; what is cut off is not told.
    if (i % 2 === 1 || !/^\w+:$/.test(protocol!) || protocol !== same || names.length !== values.length) return [];
    return names.flatMap((name, column) => statistic(`${protocol!.slice(0, -1)}_${name}`, values[column]));
  });
}

/** Reads lines of a name and a value, the name of the protocol up to its 6. */
function parseSnmp6(text: string): [string, number][] {
  return Array.from(text.matchAll(/^([^6\s]*6)(\w+)\s+(\d+)$/gm)).flatMap(([, protocol, name, value]) =>
    statistic(`${protocol}_${name}`, value),
  );
}

function statistic(name: string, text: string | undefined): [string, number][] {
  const value = parseNumber(text);
  return value === undefined || !/^\w+$/.test(name) ? [] : [[name, value]];
}
