import { isIPv4, isIPv6 } from "node:net";
import { ExporterError } from "../exporter-error.ts";

/** Where to listen. */
export interface Address {
  /** A host name or IP address; undefined for every interface. */
  readonly host: string | undefined;
  /** 0 lets the operating system choose. */
  readonly port: number;
}

// A host in brackets is an IPv6 address; one without may have no colon.
const addressPattern = /^(?:\[(?<v6>[^\]\s]+)\]|(?<host>[^\s:/[\]]*)):(?<port>\d{1,5})$/;

/** Reads `host:port`, `:port` or `[v6]:port`. Throws an {@link ExporterError} for anything else. */
export function parseAddress(text: string): Address {
  const groups = addressPattern.exec(text)?.groups ?? {};
  const { v6, host } = groups;
  const port = Number(groups["port"]);
  if (!(port <= 65535) || (v6 !== undefined && !isIPv6(v6)) || (/^[\d.]+$/.test(host ?? "") && !isIPv4(host!))) {
    throw new ExporterError(
      "invalid_address",
      `Listen address ${JSON.stringify(text)} is malformed: write host:port, :port or [v6]:port, with a port up to 65535.`,
    );
  }
  return { host: v6 ?? (host || undefined), port };
}

/** The address as a user writes it. */
export function formatAddress({ host = "", port }: Address): string {
  return host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`;
}

/** The URL at which this machine reaches an address that a server listens on. */
export function urlOf({ host, port }: Address): string {
  const everywhere = host === undefined || host === "::" || host === "0.0.0.0";
  return `http://${formatAddress({ host: everywhere ? "127.0.0.1" : host, port })}/`;
}
