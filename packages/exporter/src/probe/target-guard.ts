import { lookup as lookupAddress, type LookupAddress, type LookupAllOptions } from "node:dns";
import { isIPv6, type LookupFunction } from "node:net";
import { ExporterError } from "../exporter-error.ts";
import { formatIpAddress, formatSubnet, type IpAddress, parseIpAddress } from "./ip-address.ts";
import { specialRangeOf } from "./special-addresses.ts";
import { allowsAddress, namesHost, namesTarget, parseTargetRule, type TargetRule } from "./target-rule.ts";
import { parseTarget, type Target } from "./target.ts";

/** What may be probed. */
export interface TargetRules {
  /**
   * What is allowed; nothing where it is empty. An entry is
   *
   * - `host` or `host:port`: that host, on any port or on this one,
   * - `*.example.com` or `*.example.com:443`: every name that ends so, at any depth,
   * - `10.1.0.0/16`, `fd00::/8`, `10.1.2.3`, `[fd00::1]:9100`: addresses, which a target may also give by a name that is
   *   itself allowed,
   * - `https://example.com/health`: this URL and those below it, with any query.
   *
   * An address that is not one of the internet, such as a private, loopback or link-local one, is refused, under whatever
   * name, unless an entry gives it or a range of such addresses that it lies in.
   */
  readonly allow: readonly string[];
}

/** What `net.connect` and `tls.connect` take to connect to a checked address. */
export interface GuardedConnection {
  readonly host: string;
  readonly port: number;
  readonly lookup: LookupFunction;
}

/** Finds the addresses of a name, as `dns.lookup` does. */
export type Resolve = (
  name: string,
  options: LookupAllOptions,
  callback: (error: Error | null, addresses: LookupAddress[]) => void,
) => void;

/** Holds probes to the targets that rules allow. */
export class TargetGuard {
  readonly #rules: readonly TargetRule[];
  readonly #resolve: Resolve;

  /** Throws an {@link ExporterError} `invalid_target_rule` if a rule is malformed. */
  constructor(rules: TargetRules, resolve: Resolve = lookupAddress) {
    this.#rules = rules.allow.map((text) => parseTargetRule(text));
    this.#resolve = resolve;
  }

  /**
   * Checks what can be told without connecting: that a rule names the target. Throws an {@link ExporterError}
   * `target_refused` that names the remedy.
   */
  check(target: Target): void {
    if (this.#rules.some((rule) => namesTarget(rule, target))) return;
    throw this.#refusal(target, target.address);
  }

  /**
   * What `net.connect` and `tls.connect` take to connect to a host of which every address has been checked; the name is
   * resolved once, and whatever it resolves to later has no say. Throws, and fails the connection, with an
   * {@link ExporterError} `target_refused`.
   */
  connection(host: string, port: number): GuardedConnection {
    const target = parseTarget(`${isIPv6(host) ? `[${host}]` : host}:${port}`);
    // No name is looked up for an address.
    if (!this.#rules.some((rule) => namesHost(rule, target))) throw this.#refusal(target, target.address);
    const lookup: LookupFunction = (name, options, callback) => {
      this.#resolve(name, { ...options, all: true }, (error, addresses) => {
        try {
          if (error !== null) throw error;
          for (const { address } of addresses) this.#checkAddress(target, parseIpAddress(address));
          const [first] = addresses;
          if (options.all === true) callback(null, addresses);
          else if (first === undefined) throw new Error(`no address for ${target.host}`);
          else callback(null, first.address, first.family);
        } catch (failure) {
          callback(failure as Error, []);
        }
      });
    };
    return { host: target.host, port, lookup };
  }

  #checkAddress(target: Target, address: IpAddress | undefined): void {
    const isFine =
      address !== undefined &&
      (specialRangeOf(address) === undefined || this.#rules.some((rule) => allowsAddress(rule, address, target.port)));
    if (!isFine) throw this.#refusal(target, address);
  }

  #refusal({ shown, host, port, address: own }: Target, address: IpAddress | undefined): ExporterError {
    const special = address && specialRangeOf(address);
    if (address === undefined || special === undefined) {
      const rule = port === undefined ? host : `${own?.family === 6 ? `[${host}]` : host}:${port}`;
      return refused(shown, "no rule allows it", `add "${rule}" to targets.allow`);
    }
    const ip = formatIpAddress(address);
    const reason = `${own === undefined ? `its address ${ip}` : ip} is ${special.kind} address`;
    return refused(shown, reason, `add "${ip}", or a range within ${formatSubnet(special.subnet)}, to targets.allow`);
  }
}

function refused(shown: string, reason: string, remedy: string): ExporterError {
  return new ExporterError(
    "target_refused",
    `Target ${shown} is refused because ${reason}: ${remedy}, if it may be probed.`,
  );
}
