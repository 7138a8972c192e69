import type { SummaryPlot } from "../../page/summary.ts";

/** Interfaces that carry no traffic of this host to others. */
const inside = ["lo", "veth*", "docker*", "br-*", "cali*", "cni*", "flannel*", "virbr*"];
/** Parts of disks, and what lies on top of disks: their bytes are counted there too. */
const parts = ["loop*", "ram*", "dm-*", "md*", "sr*"];

/** What the live page shows of a host on top. */
export const hostSummary: readonly SummaryPlot[] = [
  {
    title: "CPU",
    unit: "percent",
    lines: [{ metric: "system_usage", where: { resource_type: "CPU" }, label: "in use" }],
  },
  {
    title: "Memory",
    unit: "percent",
    lines: [{ metric: "system_usage", where: { resource_type: "Memory" }, label: "not available" }],
  },
  {
    title: "Load",
    lines: [
      { metric: "node_load1", label: "1 min" },
      { metric: "node_load5", label: "5 min" },
      { metric: "node_load15", label: "15 min" },
    ],
  },
  {
    title: "Disk",
    unit: "bytes",
    lines: [
      { metric: "node_disk_read_bytes_total", except: { device: parts }, label: "read" },
      { metric: "node_disk_written_bytes_total", except: { device: parts }, label: "written" },
    ],
  },
  {
    title: "Network",
    unit: "bytes",
    lines: [
      { metric: "node_network_receive_bytes_total", except: { device: inside }, label: "received" },
      { metric: "node_network_transmit_bytes_total", except: { device: inside }, label: "sent" },
    ],
  },
];
