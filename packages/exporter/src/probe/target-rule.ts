import { ExporterError } from "../exporter-error.ts";
import { formatSubnet, isWithin, type IpAddress, parseSubnet, type Subnet } from "./ip-address.ts";
import { specialRangeOf } from "./special-addresses.ts";
import { parseTarget, type Target, withoutSecrets } from "./target.ts";

/** One entry of {@link TargetRules.allow}. Exactly one of `host`, `domain` and `subnet` is there. */
export interface TargetRule {
  /** A host name. */
  readonly host?: string;
  /** What the names below a domain end in, from the dot on. */
  readonly domain?: string;
  /** IP addresses. */
  readonly subnet?: Subnet;
  /** The port; every one where there is none. */
  readonly port?: number;
  /** What a URL begins with, where nothing but such URLs is allowed. */
  readonly prefix?: URL;
}

/** Reads a rule. Throws an {@link ExporterError} `invalid_target_rule` for one that is malformed. */
export function parseTargetRule(text: string): TargetRule {
  const isUrl = /^https?:\/\//i.test(text);
  if (!isUrl && text.includes("/")) return { subnet: subnetOf(text) };
  const isDomain = text.startsWith("*.");
  const { host, address, port, url } = parse(text, isDomain ? text.slice(2) : text);
  if (url !== undefined && /[?#]/.test(text)) throw invalid(text, "a URL allows every query; leave this one out");
  if (isDomain && (address !== undefined || url !== undefined)) throw invalid(text, "write *.example.com");
  return {
    ...(isDomain ? { domain: `.${host}` } : address === undefined ? { host } : { subnet: parseSubnet(host)! }),
    ...(port !== undefined && { port }),
    ...(url !== undefined && { prefix: url }),
  };
}

/** Whether a rule names the host and port. */
export function namesHost(rule: TargetRule, { host, address, port }: Target): boolean {
  if (rule.port !== undefined && rule.port !== port) return false;
  if (address !== undefined) return allowsAddress(rule, address, port);
  return rule.host === host || (rule.domain !== undefined && host.endsWith(rule.domain));
}

/** Whether a rule names the target, and not only its host. */
export function namesTarget(rule: TargetRule, target: Target): boolean {
  return namesHost(rule, target) && (rule.prefix === undefined || isBelow(target.url, rule.prefix));
}

/**
 * Whether a rule allows an address by itself. A special one must lie in a subnet of its own kind: who allows 0.0.0.0/0 means
 * the internet, not what is behind the firewall.
 */
export function allowsAddress({ subnet, port }: TargetRule, address: IpAddress, at: number | undefined): boolean {
  if (subnet === undefined || (port !== undefined && port !== at) || !isWithin(address, subnet)) return false;
  const special = specialRangeOf(address);
  return special === undefined || isWithin(subnet, special.subnet);
}

function isBelow(url: URL | undefined, prefix: URL): boolean {
  if (url === undefined || url.protocol !== prefix.protocol) return false;
  if (url.pathname === prefix.pathname || prefix.pathname === "/") return true;
  // A server may read these as slashes, and leave the folder by "..".
  if (/%2f|%5c/i.test(url.pathname)) return false;
  return url.pathname.startsWith(prefix.pathname.replace(/\/?$/, "/"));
}

function subnetOf(text: string): Subnet {
  const subnet = parseSubnet(text);
  if (subnet === undefined) throw invalid(text, "write 10.1.0.0/16 or fd00::/8");
  const spelling = formatSubnet(subnet);
  if (parseSubnet(spelling)!.value !== subnet.value) throw invalid(text, `write ${spelling}`);
  return subnet;
}

function parse(text: string, target: string): Target {
  try {
    return parseTarget(target);
  } catch (error) {
    if (!(error instanceof ExporterError)) throw error;
    throw invalid(text, error.message.replace(/^Target .*? is refused because /, ""));
  }
}

function invalid(text: string, remedy: string): ExporterError {
  const shown = JSON.stringify(withoutSecrets(text));
  return new ExporterError("invalid_target_rule", `Target rule ${shown} is malformed: ${remedy.replace(/\.$/, "")}.`);
}
