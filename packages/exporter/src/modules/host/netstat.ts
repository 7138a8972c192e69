import { z } from "zod";
import type { Collector } from "../../scrape/collector.ts";
import type { HostPaths } from "./host-paths.ts";
import { KnownFields } from "./known-fields.ts";
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
  const known = new KnownFields((field) =>
    fields.test(field) ? { name: `node_netstat_${field}`, help: `Statistic ${field.replace("_", "")}.` } : undefined,
  );
  const columnsOf = new KnownFields(parseNames);
  return {
    name: "netstat",
    collect(scrape) {
      const told = new Set<string>();
      let isAny = false;
      const tell: Tell = (field, text) => {
        const declared = known.get(field);
        if (isAny && declared === undefined) return;
        const value = parseNumber(text);
        if (value === undefined) return;
        isAny = true;
        if (declared === undefined || told.has(field)) return;
        told.add(field);
        scrape.unknown(declared).set(value);
      };
      tellPairs(readText(paths.procfs, "net/netstat"), columnsOf, tell);
      tellPairs(readText(paths.procfs, "net/snmp"), columnsOf, tell);
      // Missing where IPv6 is disabled.
      tellSnmp6(readTextIfAny(paths.procfs, "net/snmp6") ?? "", tell);
      if (!isAny) throw new Error("net/netstat and net/snmp have no field");
    },
  };
}

type Tell = (field: string, value: string) => void;

/** Reads pairs of lines of one protocol: the names of its fields, and their values. */
function tellPairs(text: string, columnsOf: KnownFields<Columns>, tell: Tell): void {
  const lines = text.split("\n");
  for (let i = 0; i + 1 < lines.length; i += 2) {
    const columns = columnsOf.get(lines[i]!);
    const values = lines[i + 1]!.split(" ");
    // The line of values has no names; what is cut off is not told.
    if (columns?.protocol !== values[0] || columns?.fields.length !== values.length) continue;
    for (let column = 1; column < values.length; column++) {
      const field = columns.fields[column];
      if (field !== undefined) tell(field, values[column]!);
    }
  }
}

/** What a line of names says of the line of values after it. */
interface Columns {
  /** With the colon behind it. */
  readonly protocol: string;
  /** Undefined for what is no field. */
  readonly fields: readonly (string | undefined)[];
}

function parseNames(line: string): Columns | undefined {
  const [protocol, ...names] = line.split(" ");
  if (!/^\w+:$/.test(protocol!)) return undefined;
  const fields = names.map((name) => (/^\w+$/.test(name) ? `${protocol!.slice(0, -1)}_${name}` : undefined));
  return { protocol: protocol!, fields: [undefined, ...fields] };
}

/** Reads lines of a name and a value, the name of the protocol up to its 6. */
function tellSnmp6(text: string, tell: Tell): void {
  for (const [, protocol, name, value] of text.matchAll(/^([^6\s]*6)(\w+)\s+(\d+)$/gm))
    tell(`${protocol}_${name}`, value!);
}
