import { isIPv4, isIPv6 } from "node:net";

/** An IP address as a number. An IPv6 address that stands for an IPv4 one (`::ffff:10.0.0.1`) is that IPv4 address. */
export interface IpAddress {
  readonly family: 4 | 6;
  readonly value: bigint;
}

/** The addresses whose first `bits` bits are those of `value`. */
export interface Subnet extends IpAddress {
  readonly bits: number;
}

const bitsOf = { 4: 32, 6: 128 } as const;

/** Reads an address in its usual spelling, with or without the zone that a resolver may add; undefined for anything else. */
export function parseIpAddress(text: string): IpAddress | undefined {
  if (isIPv4(text)) {
    return { family: 4, value: text.split(".").reduce((value, byte) => (value << 8n) | BigInt(byte), 0n) };
  }
  const [withoutZone] = text.split("%", 1) as [string];
  if (!isIPv6(withoutZone)) return undefined;
  // A URL has the address in groups of hexadecimal digits alone.
  const [head, tail] = new URL(`http://[${withoutZone}]`).hostname.slice(1, -1).split("::") as [string, string?];
  const left = groupsOf(head);
  const right = groupsOf(tail ?? "");
  const groups = [...left, ...Array<string>(8 - left.length - right.length).fill("0"), ...right];
  const value = groups.reduce((sum, group) => (sum << 16n) | BigInt(`0x${group}`), 0n);
  return value >> 32n === 0xffffn ? { family: 4, value: value & 0xffffffffn } : { family: 6, value };
}

function groupsOf(text: string): string[] {
  return text === "" ? [] : text.split(":");
}

/** The usual spelling of an address. */
export function formatIpAddress({ family, value }: IpAddress): string {
  const digits = value.toString(16).padStart(bitsOf[family] / 4, "0");
  if (family === 4) return Buffer.from(digits, "hex").join(".");
  return new URL(`http://[${digits.match(/.{4}/g)!.join(":")}]`).hostname.slice(1, -1);
}

/** Reads `address/bits`, or an address, which is a subnet of one; undefined for anything else. */
export function parseSubnet(text: string): Subnet | undefined {
  const [addressText, bitsText, ...rest] = text.split("/") as [string, string?, ...string[]];
  const address = parseIpAddress(addressText);
  if (address === undefined || rest.length > 0 || addressText.includes("%")) return undefined;
  if (bitsText === undefined) return { ...address, bits: bitsOf[address.family] };
  const isMapped = address.family === 4 && addressText.includes(":");
  const bits = Number(bitsText) - (isMapped ? 96 : 0);
  if (!/^\d{1,3}$/.test(bitsText) || bits < 0 || bits > bitsOf[address.family]) return undefined;
  return { ...address, bits };
}

/** The spelling of a subnet, with zeros behind its bits. */
export function formatSubnet({ family, value, bits }: Subnet): string {
  const rest = BigInt(bitsOf[family] - bits);
  return `${formatIpAddress({ family, value: (value >> rest) << rest })}/${bits}`;
}

/** Whether all addresses of `inner`, a subnet or one address, are among those of `outer`. */
export function isWithin(inner: Subnet | IpAddress, outer: Subnet): boolean {
  const { family, value } = inner;
  const bits = "bits" in inner ? inner.bits : bitsOf[family];
  const rest = BigInt(bitsOf[outer.family] - outer.bits);
  return family === outer.family && bits >= outer.bits && value >> rest === outer.value >> rest;
}
