import { isIPv4, isIPv6 } from "node:net";
import { ExporterError } from "../exporter-error.ts";

/** A host and port to listen on. */
export interface TcpAddress {
  /** A host name or IP address; undefined for every interface. */
  readonly host: string | undefined;
  /** 0 lets the operating system choose. */
  readonly port: number;
}

/** A socket in the file system. */
export interface UnixAddress {
  readonly path: string;
}

/** A socket that listens already, which this process has inherited. */
export interface InheritedAddress {
  readonly fd: number;
}

/** Where to listen. */
export type Address = TcpAddress | UnixAddress | InheritedAddress;

/** As many bytes as Linux takes; where a system takes fewer, it says so itself. */
const longestPath = 107;

// A host in brackets is an IPv6 address; one without may have no colon.
const addressPattern = /^(?:\[(?<v6>[^\]\s]+)\]|(?<host>[^\s:/[\]]*)):(?<port>\d{1,5})$/;

/** Reads `host:port`, `:port`, `[v6]:port` or `unix:/path`. Throws an {@link ExporterError} for anything else. */
export function parseAddress(text: string): TcpAddress | UnixAddress {
  const [, path] = /^unix:(\/[^\0]*[^/\0])$/.exec(text) ?? [];
  if (path !== undefined) {
    if (Buffer.byteLength(path) <= longestPath) return { path };
    throw new ExporterError(
      "invalid_address",
      `Listen address ${JSON.stringify(text)} is too long: choose a path of at most ${longestPath} bytes.`,
    );
  }
  const groups = addressPattern.exec(text)?.groups ?? {};
  const { v6, host } = groups;
  const port = Number(groups["port"]);
  if (!(port <= 65535) || (v6 !== undefined && !isIPv6(v6)) || (/^[\d.]+$/.test(host ?? "") && !isIPv4(host!))) {
    throw new ExporterError(
      "invalid_address",
      `Listen address ${JSON.stringify(text)} is malformed: write host:port, :port or [v6]:port, with a port up to 65535, or unix:/path.`,
    );
  }
  return { host: v6 ?? (host || undefined), port };
}

/** The address as a user writes it. */
export function formatAddress(address: Address): string {
  if ("path" in address) return `unix:${address.path}`;
  if ("fd" in address) return `fd:${address.fd}`;
  const { host = "", port } = address;
  return host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`;
}

/** The URL at which this machine reaches an address that a server listens on; of what has none, the address itself. */
export function urlOf(address: Address, scheme: "http" | "https"): string {
  if (!("port" in address)) return formatAddress(address);
  const { host, port } = address;
  const everywhere = host === undefined || host === "::" || host === "0.0.0.0";
  return `${scheme}://${formatAddress({ host: everywhere ? "127.0.0.1" : host, port })}/`;
}
