import { hostname, machine, release, type, version } from "node:os";
import type { Collector } from "../../scrape/collector.ts";
import type { HostPaths } from "./host-paths.ts";
import { readText } from "./pseudo-file.ts";

/** The operating system and the name of the host, as uname tells them. */
export function unameCollector(paths: HostPaths | undefined): Collector {
  const procfs = paths?.procfs;
  return {
    name: "uname",
    collect(scrape) {
      const info = scrape.gauge({
        name: "node_uname_info",
        help: "What uname tells of the system, as labels.",
        labelNames: ["sysname", "release", "version", "machine", "nodename", "domainname"],
      });
      info.set(procfs === undefined ? portableUname() : linuxUname(procfs), 1);
    },
  };
}

type Uname = Record<"sysname" | "release" | "version" | "machine" | "nodename" | "domainname", string>;

function linuxUname(procfs: string): Uname {
  const read = (file: string): string => readText(procfs, `sys/kernel/${file}`).trimEnd();
  return {
    sysname: read("ostype"),
    release: read("osrelease"),
    version: read("version"),
    machine: machine(),
    nodename: read("hostname"),
    domainname: read("domainname"),
  };
}

function portableUname(): Uname {
  const [nodename, ...domain] = hostname().split(".");
  return {
    sysname: type(),
    release: release(),
    version: version(),
    machine: machine(),
    nodename: nodename!,
    domainname: domain.join(".") || "(none)",
  };
}
