import { isIPv6 } from "node:net";
import { ExporterError } from "../exporter-error.ts";
import { type IpAddress, parseIpAddress } from "./ip-address.ts";

/** What is probed. */
export interface Target {
  /** The target in its one spelling: as it was given, but for upper case, the shorter ways to write IPv6, and a URL's dots. */
  readonly text: string;
  /** A host name in lower case, or an IP address without brackets. */
  readonly host: string;
  /** The host, where it is an IP address. */
  readonly address: IpAddress | undefined;
  /** 1 to 65535; that of the scheme for a URL without one, undefined for a host alone. */
  readonly port: number | undefined;
  /** The target, where it is a URL. */
  readonly url: URL | undefined;
  /** The target as messages and logs name it: a URL's query may be secret. */
  readonly shown: string;
}

const forms = "write host, host:port or an http:// or https:// URL";
const longest = 2048;
const urlPattern = /^https?:\/\/(?<authority>[^/?#]*)/i;
const authorityPattern = /^(?<host>\[[\da-f:.]+\]|[^\s:/?#%*[\]]+)(?::(?<port>\d{1,5}))?$/i;

/**
 * Reads `host`, `host:port` or a URL. Throws an {@link ExporterError} `invalid_target` for anything else, and for what
 * could be read as a host other than the one that it seems to name: an IPv4 address in hexadecimal, octal or short, letters
 * other than ASCII, a dot at the end, a user name before the host.
 */
export function parseTarget(text: string): Target {
  if (text.length > longest) throw invalid(text, `it is longer than ${longest} characters`, forms);
  // Readers of URLs drop some of these and turn others into slashes.
  if (/[\s\p{Cc}\\]/u.test(text)) throw invalid(text, "it has blanks, control characters or backslashes", forms);
  const isUrl = urlPattern.test(text);
  const authority = isUrl ? urlPattern.exec(text)!.groups!["authority"]! : isIPv6(text) ? `[${text}]` : text;
  if (authority.includes("@")) {
    throw invalid(text, "it has a user name or password", "leave them out and give them to the probe");
  }
  const { host, port } = authorityPattern.exec(authority)?.groups ?? {};
  if (host === undefined || (port !== undefined && !(Number(port) >= 1 && Number(port) <= 65535))) {
    throw invalid(text, "its host or port is malformed", forms);
  }
  const href = isUrl ? text : `http://${authority}`;
  if (!URL.canParse(href)) throw invalid(text, "there is no such host or address", forms);
  const url = new URL(href);
  if (!host.startsWith("[") && url.hostname !== host.toLowerCase()) {
    throw invalid(text, "its host can be mistaken for another", `write ${url.hostname}, if that is the host you mean`);
  }
  if (host.endsWith(".")) throw invalid(text, "its host ends in a dot", "leave the dot out");
  if (isUrl) return targetOfUrl(url);
  const spelling = port === undefined ? url.hostname : `${url.hostname}:${Number(port)}`;
  return {
    ...hostOf(url),
    text: spelling,
    shown: spelling,
    port: port === undefined ? undefined : Number(port),
    url: undefined,
  };
}

/** A URL as a target. Throws an {@link ExporterError} `invalid_target` if it is not http or https, or has a user name. */
export function targetOfUrl(url: URL): Target {
  const { protocol, port, username, password, href, origin, pathname } = url;
  if (protocol !== "http:" && protocol !== "https:") {
    throw invalid(protocol, "it is neither http nor https", "use another probe for it");
  }
  if (username !== "" || password !== "") {
    throw invalid(href, "it has a user name or password", "leave them out and give the probe an Authorization header");
  }
  const schemePort = protocol === "http:" ? 80 : 443;
  const shown = `${origin}${pathname}`;
  return { ...hostOf(url), text: href, shown, port: port === "" ? schemePort : Number(port), url };
}

function hostOf({ hostname }: URL): Pick<Target, "host" | "address"> {
  const host = hostname.replace(/^\[(.*)\]$/, "$1");
  return { host, address: parseIpAddress(host) };
}

/** A target that is one of `names`. Throws an {@link ExporterError} `target_refused` where it is none. */
export function namedTarget(text: string, names: ReadonlySet<string>): Target {
  if (names.has(text)) return { text, shown: text, host: text, address: undefined, port: undefined, url: undefined };
  const remedy = "give the name of a target as the configuration has it";
  throw new ExporterError("target_refused", `The target is refused because none is called so: ${remedy}.`);
}

/** A text that may have URLs in it, without what may be secret of them: user names, passwords, queries and fragments. */
export function withoutSecrets(text: string): string {
  return text.replaceAll(/(?<![^\s"'])[^\s"']*@/g, "…@").replaceAll(/[?#][^\s"']*/g, "?…");
}

function invalid(text: string, reason: string, remedy: string): ExporterError {
  // Of what is malformed, anything before an @ may be a password.
  const behind = text.includes("@") ? `…${text.slice(text.lastIndexOf("@"))}` : text;
  const shown = JSON.stringify(behind.replace(/[?#].*$/s, "?…").slice(0, 200));
  return new ExporterError("invalid_target", `Target ${shown} is refused because ${reason}: ${remedy}.`);
}
