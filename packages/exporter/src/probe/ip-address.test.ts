import { BlockList } from "node:net";
import * as fc from "fast-check";
import { expect, it } from "vitest";
import { formatIpAddress, formatSubnet, isWithin, parseIpAddress, parseSubnet } from "./ip-address.ts";

it.each([
  ["10.0.0.1", "10.0.0.1"],
  ["::", "::"],
  ["::1", "::1"],
  ["FD00:0:0::00aB", "fd00::ab"],
  ["fe80::1%eth0", "fe80::1"],
  ["64:ff9b::10.0.0.1", "64:ff9b::a00:1"],
  ["::ffff:10.0.0.1", "10.0.0.1"],
  ["::ffff:a00:1", "10.0.0.1"],
])("reads %s as %s", (text, spelling) => {
  expect(formatIpAddress(parseIpAddress(text)!)).toBe(spelling);
});

it.each(["", "10.0.0", "10.0.0.256", "010.0.0.1", "0x0a.0.0.1", "[::1]", "1::2::3", "host", "10.0.0.1 "])(
  "does not take %j for an address",
  (text) => expect(parseIpAddress(text)).toBeUndefined(),
);

it.each([
  ["10.1.2.3/8", "10.0.0.0/8"],
  ["10.1.2.3", "10.1.2.3/32"],
  ["fd12:3456::1/8", "fd00::/8"],
  ["::ffff:10.1.2.3/104", "10.0.0.0/8"],
  ["0.0.0.0/0", "0.0.0.0/0"],
])("reads %s as the subnet %s", (text, spelling) => {
  expect(formatSubnet(parseSubnet(text)!)).toBe(spelling);
});

it.each(["10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/", "10.0.0.0/8/8", "10.0.0.0/0x8", "::/129", "fe80::1%eth0/64", "/8"])(
  "does not take %j for a subnet",
  (text) => expect(parseSubnet(text)).toBeUndefined(),
);

it("finds the same addresses in a subnet as Node.js does", () => {
  const nearby = (address: bigint, bits: number, width: number): fc.Arbitrary<bigint> =>
    fc.oneof(
      fc.bigInt(0n, (1n << BigInt(width)) - 1n),
      // The same but for a bit or two, so that both answers are frequent.
      fc.bigInt(0n, BigInt(width - 1)).map((bit) => address ^ (1n << bit)),
      fc.constant(address ^ (bits === 0 ? 0n : 1n << BigInt(width - bits))),
    );
  const cases = fc.constantFrom(4 as const, 6 as const).chain((family) => {
    const width = family === 4 ? 32 : 128;
    const any = fc.bigInt(0n, (1n << BigInt(width)) - 1n);
    return fc
      .tuple(any, fc.integer({ min: 0, max: width }))
      .chain(([value, bits]) => fc.tuple(fc.constant({ family, value, bits }), nearby(value, bits, width)));
  });
  fc.assert(
    fc.property(cases, ([{ family, value, bits }, address]) => {
      const type = family === 4 ? "ipv4" : "ipv6";
      const inside = formatIpAddress({ family, value: address });
      const oracle = new BlockList();
      oracle.addSubnet(formatIpAddress({ family, value }), bits, type);
      const subnet = parseSubnet(`${formatIpAddress({ family, value })}/${bits}`)!;
      // An address that stands for one of IPv4 is of the other family here.
      fc.pre(parseIpAddress(inside)!.family === family && subnet.family === family);
      expect(isWithin(parseIpAddress(inside)!, subnet)).toBe(oracle.check(inside, type));
    }),
    { numRuns: 2000 },
  );
});
