import { type IpAddress, isWithin, parseSubnet, type Subnet } from "./ip-address.ts";

/** Addresses that are not those of a host on the internet. */
export interface SpecialRange {
  /** What they are, as in "10.0.0.1 is a private address". */
  readonly kind: string;
  readonly subnet: Subnet;
}

/**
 * The registries of special-purpose addresses, and what of IPv6 is not given out as global unicast. Where one lies within
 * another it stands first.
 *
 * @see https://www.iana.org/assignments/iana-ipv4-special-registry
 * @see https://www.iana.org/assignments/iana-ipv6-special-registry
 * @see https://www.iana.org/assignments/ipv6-address-space
 */
const specialRanges: readonly SpecialRange[] = (
  [
    ["an unspecified", "0.0.0.0/8"],
    ["a private", "10.0.0.0/8"],
    ["a carrier-grade NAT", "100.64.0.0/10"],
    ["a loopback", "127.0.0.0/8"],
    ["a link-local", "169.254.0.0/16"],
    ["a private", "172.16.0.0/12"],
    ["a reserved", "192.0.0.0/24"],
    ["a documentation", "192.0.2.0/24"],
    ["a reserved", "192.88.99.0/24"],
    ["a private", "192.168.0.0/16"],
    ["a benchmarking", "198.18.0.0/15"],
    ["a documentation", "198.51.100.0/24"],
    ["a documentation", "203.0.113.0/24"],
    ["a multicast", "224.0.0.0/4"],
    ["a reserved", "240.0.0.0/4"],
    ["an unspecified", "::/128"],
    ["a loopback", "::1/128"],
    ["a reserved", "::/8"],
    ["a reserved", "100::/8"],
    ["a reserved", "200::/7"],
    ["a reserved", "400::/6"],
    ["a reserved", "800::/5"],
    ["a reserved", "1000::/4"],
    ["a protocol's", "2001::/23"],
    ["a documentation", "2001:db8::/32"],
    ["a documentation", "3fff::/20"],
    ["a reserved", "4000::/2"],
    ["a reserved", "8000::/2"],
    ["a reserved", "c000::/3"],
    ["a reserved", "e000::/4"],
    ["a reserved", "f000::/5"],
    ["a reserved", "f800::/6"],
    ["a unique local", "fc00::/7"],
    ["a link-local", "fe80::/10"],
    ["a site-local", "fec0::/10"],
    ["a reserved", "fe00::/9"],
    ["a multicast", "ff00::/8"],
  ] as const
).map(([kind, subnet]) => ({ kind, subnet: parseSubnet(subnet)! }));

/** IPv6 addresses that lead to the IPv4 address within them: NAT64 and 6to4. */
const embeddings: readonly Subnet[] = ["64:ff9b::/96", "2002::/16"].map((subnet) => parseSubnet(subnet)!);

/** The narrowest range that makes an address a special one; undefined for the address of a host on the internet. */
export function specialRangeOf(address: IpAddress): SpecialRange | undefined {
  const embedding = embeddings.find((subnet) => isWithin(address, subnet));
  if (embedding === undefined) return specialRanges.find(({ subnet }) => isWithin(address, subnet));
  const shift = BigInt(96 - embedding.bits);
  const within = specialRangeOf({ family: 4, value: (address.value >> shift) & 0xffffffffn });
  if (within === undefined) return undefined;
  const { value, bits } = within.subnet;
  return {
    kind: within.kind,
    subnet: { family: 6, value: embedding.value | (value << shift), bits: embedding.bits + bits },
  };
}
