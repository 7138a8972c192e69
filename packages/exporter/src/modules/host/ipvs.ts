import { z } from "zod";
import { NoData } from "../../scrape/no-data.ts";
import type { Collector } from "../../scrape/collector.ts";
import type { Scrape } from "../../scrape/scrape.ts";
import type { HostPaths } from "./host-paths.ts";
import type { OptionsSchema } from "./options.ts";
import { readTextIfAny } from "./pseudo-file.ts";

const backendLabels = ["local_address", "local_port", "remote_address", "remote_port", "proto", "local_mark"] as const;
type BackendLabel = (typeof backendLabels)[number];

/** What the collector of the kernel's load balancer can be told. */
export interface IpvsOptions {
  /** The labels of what is told of a backend; what they do not tell apart is added up. */
  readonly "backend-labels": readonly BackendLabel[];
}

/** The schema of these. */
export const ipvsOptions: OptionsSchema<IpvsOptions> = z.strictObject({
  "backend-labels": z
    .string()
    .default(backendLabels.join(","))
    .transform((text, context) => {
      const names = new Set(text.split(",").filter((name) => name !== ""));
      const labels = backendLabels.filter((label) => names.delete(label));
      if (names.size === 0) return labels;
      const message = `has no label ${[...names].join(", ")}; there are ${backendLabels.join(", ")}`;
      context.addIssue({ code: "custom", message });
      return z.NEVER;
    })
    .meta({ description: "The labels of backends, with commas in between; what they do not tell apart is added up." }),
});

const totals = [
  ["connections_total", "The total number of connections made."],
  ["incoming_packets_total", "The total number of incoming packets."],
  ["outgoing_packets_total", "The total number of outgoing packets."],
  ["incoming_bytes_total", "The total amount of incoming data."],
  ["outgoing_bytes_total", "The total amount of outgoing data."],
] as const;

/** What the kernel's load balancer has done, and how busy its backends are. */
export function ipvsCollector({ procfs }: HostPaths, options: IpvsOptions): Collector {
  return {
    name: "ipvs",
    collect(scrape) {
      const stats = readTextIfAny(procfs, "net/ip_vs_stats");
      if (stats === undefined) throw new NoData("the kernel balances no load");
      // The third line has the totals, in hexadecimal; behind it are rates.
      const values = (stats.split("\n")[2] ?? "").trim().split(/\s+/);
      if (values.length !== totals.length || !values.every((value) => /^[\da-f]+$/i.test(value))) {
        throw new Error("net/ip_vs_stats has no line of five totals");
      }
      for (const [i, [name, help]] of totals.entries()) {
        scrape.counter({ name: `node_ipvs_${name}`, help }).setTotal(parseInt(values[i]!, 16));
      }
      tellBackends(scrape, parseBackends(readTextIfAny(procfs, "net/ip_vs") ?? ""), options["backend-labels"]);
    },
  };
}

interface Backend {
  readonly labels: Readonly<Record<BackendLabel, string>>;
  readonly weight: number;
  readonly active: number;
  readonly inactive: number;
}

function tellBackends(scrape: Scrape, backends: readonly Backend[], labelNames: readonly BackendLabel[]): void {
  if (backends.length === 0) return;
  const active = scrape.gauge({
    name: "node_ipvs_backend_connections_active",
    help: "The current active connections by local and remote address.",
    labelNames,
  });
  const inactive = scrape.gauge({
    name: "node_ipvs_backend_connections_inactive",
    help: "The current inactive connections by local and remote address.",
    labelNames,
  });
  const weight = scrape.gauge({
    name: "node_ipvs_backend_weight",
    help: "The current backend weight by local and remote address.",
    labelNames,
  });
  for (const backend of backends) {
    const labels = Object.fromEntries(labelNames.map((name) => [name, backend.labels[name]])) as typeof backend.labels;
    active.inc(labels, backend.active);
    inactive.inc(labels, backend.inactive);
    weight.inc(labels, backend.weight);
  }
}

/** A line for a service is followed by one for each of its backends. Lines that are neither are left out. */
function parseBackends(text: string): Backend[] {
  const backends: Backend[] = [];
  let service = { local_address: "", local_port: "0", proto: "", local_mark: "" };
  for (const line of text.split("\n")) {
    const [first = "", address = "", , weight, active, inactive] = line.trim().split(/\s+/);
    const parsed = parseAddress(address);
    if (["TCP", "UDP", "SCTP"].includes(first) && parsed !== undefined) {
      service = { local_address: parsed.address, local_port: parsed.port, proto: first, local_mark: "" };
    } else if (first === "FWM") {
      service = { local_address: "", local_port: "0", proto: first, local_mark: address };
    } else if (
      first === "->" &&
      parsed !== undefined &&
      [weight, active, inactive].every((each) => /^\d+$/.test(each ?? ""))
    ) {
      const labels = { ...service, remote_address: parsed.address, remote_port: parsed.port };
      backends.push({ labels, weight: Number(weight), active: Number(active), inactive: Number(inactive) });
    }
  }
  return backends;
}

/** Reads `C0A80016:0CEA` and `[2620:0000:0000:0000:0000:0000:0000:0001]:0050`. */
function parseAddress(text: string): { address: string; port: string } | undefined {
  const [, v4, v6, port] = /^(?:([\dA-F]{8})|(\[[\dA-F:]{39}\])):([\dA-F]{4})$/i.exec(text) ?? [];
  if (port === undefined) return undefined;
  const address =
    v4 === undefined
      ? // Writes it the short way.
        new URL(`http://${v6}`).hostname.slice(1, -1)
      : v4
          .match(/../g)!
          .map((byte) => parseInt(byte, 16))
          .join(".");
  return { address, port: String(parseInt(port, 16)) };
}
