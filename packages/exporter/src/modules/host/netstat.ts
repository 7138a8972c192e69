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
  // By field, what it is told as; undefined where it is not asked for. There are hundreds, and few are.
  const known = new Map<string, { readonly name: string; readonly help: string } | undefined>();
  const declarationOf = (field: string): { name: string; help: string } | undefined =>
    fields.test(field) ? { name: `node_netstat_${field}`, help: `Statistic ${field.replace("_", "")}.` } : undefined;
  return {
    name: "netstat",
    collect(scrape) {
      const seen = new Set<string>();
      const tell: Tell = (field, text) => {
        if (!known.has(field)) known.set(field, declarationOf(field));
        const value = parseNumber(text);
        if (value === undefined) return;
        const declared = known.get(field);
        if (declared !== undefined && !seen.has(field)) scrape.unknown(declared).set(value);
        seen.add(field);
      };
      tellPairs(readText(paths.procfs, "net/netstat"), tell);
      tellPairs(readText(paths.procfs, "net/snmp"), tell);
      // Missing where IPv6 is disabled.
      tellSnmp6(readTextIfAny(paths.procfs, "net/snmp6") ?? "", tell);
      if (seen.size === 0) throw new Error("net/netstat and net/snmp have no field");
    },
  };
}

type Tell = (field: string, value: string) => void;

/** Reads pairs of lines of one protocol: the names of its fields, and their values. */
function tellPairs(text: string, tell: Tell): void {
  const lines = text.split("\n");
  for (let i = 0; i + 1 < lines.length; i += 2) {
    const names = lines[i]!.split(" ");
    const values = lines[i + 1]!.split(" ");
    const protocol = names[0]!;
    // The line of values has no names; what is cut off is not told.
    if (!/^\w+:$/.test(protocol) || protocol !== values[0] || names.length !== values.length) continue;
    const prefix = `${protocol.slice(0, -1)}_`;
    for (let column = 1; column < names.length; column++) {
      if (/^\w+$/.test(names[column]!)) tell(prefix + names[column]!, values[column]!);
    }
  }
}

/** Reads lines of a name and a value, the name of the protocol up to its 6. */
function tellSnmp6(text: string, tell: Tell): void {
  for (const [, protocol, name, value] of text.matchAll(/^([^6\s]*6)(\w+)\s+(\d+)$/gm))
    tell(`${protocol}_${name}`, value!);
}
