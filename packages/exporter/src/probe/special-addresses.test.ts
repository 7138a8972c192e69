import { BlockList } from "node:net";
import * as fc from "fast-check";
import { expect, it } from "vitest";
import { formatIpAddress, formatSubnet, parseIpAddress } from "./ip-address.ts";
import { specialRangeOf } from "./special-addresses.ts";

it.each([
  ["10.1.2.3", "a private", "10.0.0.0/8"],
  ["127.8.8.8", "a loopback", "127.0.0.0/8"],
  ["169.254.169.254", "a link-local", "169.254.0.0/16"],
  ["100.100.100.200", "a carrier-grade NAT", "100.64.0.0/10"],
  ["0.0.0.0", "an unspecified", "0.0.0.0/8"],
  ["255.255.255.255", "a reserved", "240.0.0.0/4"],
  ["::", "an unspecified", "::/128"],
  ["::1", "a loopback", "::1/128"],
  ["fd00:ec2::254", "a unique local", "fc00::/7"],
  ["fe80::1%2", "a link-local", "fe80::/10"],
  ["::ffff:192.168.0.1", "a private", "192.168.0.0/16"],
  ["::127.0.0.1", "a reserved", "::/8"],
  ["64:ff9b::169.254.169.254", "a link-local", "64:ff9b::a9fe:0/112"],
  ["2002:7f00:1::", "a loopback", "2002:7f00::/24"],
  ["64:ff9b:1::10.0.0.1", "a reserved", "::/8"],
])("knows %s for %s address, of %s", (address, kind, subnet) => {
  const range = specialRangeOf(parseIpAddress(address)!)!;
  expect([range.kind, formatSubnet(range.subnet)]).toEqual([kind, subnet]);
});

it.each(["1.1.1.1", "172.32.0.1", "2606:4700::1111", "64:ff9b::8.8.8.8", "2002:808:808::1"])(
  "knows %s for an address of the internet",
  (address) => expect(specialRangeOf(parseIpAddress(address)!)).toBeUndefined(),
);

/** A block list of subnets. */
function blockList(type: "ipv4" | "ipv6", subnets: string): BlockList {
  const list = new BlockList();
  for (const subnet of subnets.split(/\s+/)) {
    const [address, bits] = subnet.split("/") as [string, string];
    list.addSubnet(address, Number(bits), type);
  }
  return list;
}

// What the registries list, put together in another way. Apart, since Node.js takes an IPv4 address for one of IPv6 too.
const special = blockList(
  "ipv4",
  `0.0.0.0/8 10.0.0.0/8 100.64.0.0/10 127.0.0.0/8 169.254.0.0/16 172.16.0.0/12 192.0.0.0/24 192.0.2.0/24
  192.88.99.0/24 192.168.0.0/16 198.18.0.0/15 198.51.100.0/24 203.0.113.0/24 224.0.0.0/3`,
);
const specialIpv6 = blockList("ipv6", "::/3 2001::/23 2001:db8::/32 3fff::/20 4000::/2 8000::/1");

it("takes for special what a block list of the registries has", () => {
  const ipv4 = fc.bigInt(0n, 0xffffffffn).map((value) => ({ family: 4 as const, value }));
  const ipv6 = fc
    .tuple(fc.constantFrom(0n, 1n << 125n, 0x2001n << 112n, 0x20010dn << 104n), fc.bigInt(0n, (1n << 128n) - 1n))
    .chain(([prefix, value]) =>
      fc.constantFrom({ family: 6 as const, value }, { family: 6 as const, value: prefix | (value >> 20n) }),
    );
  fc.assert(
    fc.property(fc.oneof(ipv4, ipv6), (address) => {
      const text = formatIpAddress(address);
      fc.pre(parseIpAddress(text)!.family === address.family && !/^(64:ff9b:|2002:)/.test(text));
      expect(specialRangeOf(address) !== undefined).toBe(
        address.family === 4 ? special.check(text, "ipv4") : specialIpv6.check(text, "ipv6"),
      );
    }),
    { numRuns: 5000 },
  );
});

it("sees through NAT64 and 6to4", () => {
  fc.assert(
    fc.property(fc.bigInt(0n, 0xffffffffn), fc.bigInt(0n, (1n << 80n) - 1n), (value, rest) => {
      const isSpecial = special.check(formatIpAddress({ family: 4, value }), "ipv4");
      const nat64 = parseIpAddress(`64:ff9b::${formatIpAddress({ family: 4, value })}`)!;
      const sixToFour = { family: 6 as const, value: (0x2002n << 112n) | (value << 80n) | rest };
      expect(specialRangeOf(nat64) !== undefined).toBe(isSpecial);
      expect(specialRangeOf(sixToFour) !== undefined).toBe(isSpecial);
    }),
    { numRuns: 1000 },
  );
});
