import { EventEmitter, once } from "node:events";
import { type AddressInfo, BlockList, connect, createServer, type Server, type Socket } from "node:net";
import * as fc from "fast-check";
import { afterEach, describe, expect, it } from "vitest";
import { type Resolve, TargetGuard } from "./target-guard.ts";
import { parseTarget } from "./target.ts";

/** Whether rules let a target through, without connecting. */
function allows(allow: readonly string[], target: string): boolean {
  try {
    new TargetGuard({ allow }).check(parseTarget(target));
    return true;
  } catch (error) {
    expect(error).toMatchObject({ code: "target_refused" });
    return false;
  }
}

it.each([
  ["example.com", ["example.com", "example.com:80", "https://example.com/x"], ["www.example.com", "example.org"]],
  [
    "example.com:443",
    ["example.com:443", "https://example.com/"],
    ["example.com", "example.com:80", "http://example.com/"],
  ],
  ["EXAMPLE.com", ["example.com"], ["example.comm"]],
  ["*.example.com", ["a.example.com", "b.a.example.com:1"], ["example.com", "aexample.com", "a.example.com.evil.org"]],
  ["*.example.com:80", ["http://a.example.com/"], ["https://a.example.com/"]],
  [
    "10.0.0.0/8",
    ["10.1.2.3", "http://10.1.2.3:9100/x", "[::ffff:10.1.2.3]:80"],
    ["11.0.0.1", "host.example", "[64:ff9b::a01:203]"],
  ],
  ["10.1.2.3:80", ["10.1.2.3:80"], ["10.1.2.3", "10.1.2.3:81", "10.1.2.4:80"]],
  ["fd00::/8", ["[fd12::1]:80", "fd12::1"], ["[fe80::1]:80"]],
  ["[fd00::1]:80", ["[fd00:0::1]:80"], ["[fd00::1]:81"]],
  ["fd00::1", ["[fd00::1]:81"], ["[fd00::2]:81"]],
  ["::1", ["[::1]:81"], ["127.0.0.1:81"]],
  // Wide ranges mean the internet.
  ["0.0.0.0/0", ["8.8.8.8", "https://1.1.1.1/"], ["10.0.0.1", "127.0.0.1", "169.254.169.254", "[2606:4700::1]"]],
  [
    "::/0",
    ["[2606:4700::1]:80", "[64:ff9b::8.8.8.8]"],
    ["[::1]", "[fe80::1]", "[::ffff:8.8.8.8]", "[64:ff9b::10.0.0.1]"],
  ],
  ["8.0.0.0/5", ["8.8.8.8"], ["10.0.0.1"]],
  ["64:ff9b::a00:0/104", ["[64:ff9b::10.0.0.1]"], ["[64:ff9b::127.0.0.1]", "10.0.0.1"]],
  [
    "https://example.com/health",
    ["https://example.com/health", "https://example.com/health?a=b", "https://example.com/health/db"],
    [
      "https://example.com/healthy",
      "https://example.com/",
      "https://example.com/health/../admin",
      "http://example.com/health",
      "https://example.com:444/health",
      "https://example.com/health/..%2fadmin",
      "https://example.com/health/%2e%2e/admin",
      "example.com:443",
      "https://example.com/HEALTH",
    ],
  ],
  [
    "https://example.com/health/",
    ["https://example.com/health/", "https://example.com/health/db"],
    ["https://example.com/health"],
  ],
  ["https://example.com", ["https://example.com/", "https://example.com/any"], ["http://example.com/"]],
  ["http://10.0.0.1:9100/metrics", ["http://10.0.0.1:9100/metrics"], ["http://10.0.0.1:9100/", "10.0.0.1:9100"]],
])("the rule %s allows %j and not %j", (rule, allowed, refused) => {
  expect(allowed.filter((target) => !allows([rule], target))).toEqual([]);
  expect(refused.filter((target) => allows([rule], target))).toEqual([]);
  expect([...allowed, ...refused].filter((target) => allows([], target))).toEqual([]);
});

it.each([
  ["*", "write host"],
  ["*.", "write host"],
  ["*.10.0.0.1", "write *.example.com"],
  ["a*.example.com", "write host"],
  ["10.0.0.0/33", "write 10.1.0.0/16 or fd00::/8"],
  ["10.0.0.1/8", "write 10.0.0.0/8"],
  ["example.com/path", "write 10.1.0.0/16"],
  ["0x7f.1", "write 127.0.0.1"],
  ["bücher.example", "write xn--bcher-kva.example"],
  ["http://user:hunter2@example.com/", "leave them out"],
  ["https://example.com/?a=b", "leave this one out"],
  ["", "write host"],
])("the rule %j is malformed", (rule, remedy) => {
  expect(() => new TargetGuard({ allow: [rule] })).toThrow(
    expect.objectContaining({ code: "invalid_target_rule", message: expect.stringContaining(remedy) as string }),
  );
  expect(() => new TargetGuard({ allow: [rule] })).not.toThrow(/hunter2/);
});

it.each([
  ["db.example.com:5432", 'no rule allows it: add "db.example.com:5432" to targets.allow'],
  ["[2606:4700::1]:80", 'add "[2606:4700::1]:80" to targets.allow'],
  [
    "169.254.169.254",
    '169.254.169.254 is a link-local address: add "169.254.169.254", or a range within 169.254.0.0/16, to',
  ],
  ["http://10.0.0.1/x?token=hunter2", "Target http://10.0.0.1/x is refused because 10.0.0.1 is a private address"],
])("says how to allow %s", (target, sentence) => {
  const guard = new TargetGuard({ allow: ["0.0.0.0/0"] });
  expect(() => guard.check(parseTarget(target))).toThrow(sentence);
});

const specialSubnets = [
  ["0.0.0.0", 8],
  ["10.0.0.0", 8],
  ["100.64.0.0", 10],
  ["127.0.0.0", 8],
  ["169.254.0.0", 16],
  ["172.16.0.0", 12],
  ["192.0.0.0", 24],
  ["192.0.2.0", 24],
  ["192.88.99.0", 24],
  ["192.168.0.0", 16],
  ["198.18.0.0", 15],
  ["198.51.100.0", 24],
  ["203.0.113.0", 24],
  ["224.0.0.0", 3],
] as const;
const special = new BlockList();
for (const [address, bits] of specialSubnets) special.addSubnet(address, bits);

/** IPv4 addresses as numbers, half of them special. */
const ipv4 = fc.oneof(
  fc.bigInt(0n, 0xffffffffn),
  fc.tuple(fc.constantFrom(...specialSubnets), fc.bigInt(0n, 0xffffffffn)).map(([[address, bits], value]) => {
    const rest = BigInt(32 - bits);
    const base = address.split(".").reduce((sum, byte) => (sum << 8n) | BigInt(byte), 0n);
    return base | (value & ((1n << rest) - 1n));
  }),
);

it("refuses special addresses in every spelling, and allows the others in the usual one", () => {
  const guard = new TargetGuard({ allow: ["0.0.0.0/0", "::/0", "*.com"] });
  fc.assert(
    fc.property(ipv4, fc.nat(spellings.length - 1), fc.nat(surroundings.length - 1), (value, spelling, surrounding) => {
      const target = surroundings[surrounding]!(spellings[spelling]!(value));
      const check = (): void => guard.check(parseTarget(target));
      if (special.check(bytes(value).join("."))) expect(check, target).toThrow(/is refused because/);
      else if (spelling === 0 && surrounding < plainSurroundings) expect(check, target).not.toThrow();
    }),
    { numRuns: 10_000 },
  );
});

it("refuses a name that resolves to a special address, in whatever form the resolver gives it", () => {
  fc.assert(
    fc.property(ipv4, fc.constantFrom(...resolved), fc.boolean(), (value, form, all) => {
      const address = form(value);
      const resolve: Resolve = (_name, _options, callback) =>
        callback(null, [
          { address: "8.8.8.8", family: 4 },
          { address, family: address.includes(":") ? 6 : 4 },
        ]);
      const { lookup } = new TargetGuard({ allow: ["a.example"] }, resolve).connection("a.example", 80);
      let failure: unknown;
      lookup("a.example", { all }, (error) => (failure = error));
      if (special.check(bytes(value).join("."))) expect(failure, address).toMatchObject({ code: "target_refused" });
      else expect(failure, address).toBeNull();
    }),
    { numRuns: 5000 },
  );
});

/** The bytes of an IPv4 address, as numbers. */
function bytes(value: bigint): number[] {
  return [24n, 16n, 8n, 0n].map((shift) => Number((value >> shift) & 255n));
}

const spellings: ((value: bigint) => string)[] = [
  (value) => bytes(value).join("."),
  (value) => `${bytes(value).join(".")}.`,
  (value) => value.toString(),
  (value) => `0x${value.toString(16)}`,
  (value) => `0X${value.toString(16).toUpperCase()}`,
  (value) => `0${value.toString(8)}`,
  (value) =>
    bytes(value)
      .map((byte) => `0x${byte.toString(16)}`)
      .join("."),
  (value) =>
    bytes(value)
      .map((byte) => `0${byte.toString(8)}`)
      .join("."),
  (value) =>
    bytes(value)
      .map((byte) => `0x0000${byte.toString(16)}`)
      .join("."),
  (value) => `${value >> 24n}.${value & 0xffffffn}`,
  (value) => `${value >> 24n}.${(value >> 16n) & 255n}.${value & 0xffffn}`,
  (value) => bytes(value).join("。"),
  (value) =>
    bytes(value)
      .join(".")
      .replaceAll(/\d/g, (digit) => String.fromCodePoint(0xff10 + Number(digit))),
  (value) =>
    bytes(value)
      .join(".")
      .replaceAll(/\d/g, (digit) => `%3${digit}`),
  (value) => `[::ffff:${bytes(value).join(".")}]`,
  (value) => `[::FFFF:${(value >> 16n).toString(16)}:${(value & 0xffffn).toString(16)}]`,
  (value) => `[0:0:0:0:0:ffff:${bytes(value).join(".")}]`,
  (value) => `[::${bytes(value).join(".")}]`,
  (value) => `[::ffff:0:${bytes(value).join(".")}]`,
  (value) => `[64:ff9b::${bytes(value).join(".")}]`,
  (value) => `[64:ff9b:1::${bytes(value).join(".")}]`,
  (value) => `[2002:${(value >> 16n).toString(16)}:${(value & 0xffffn).toString(16)}::1]`,
];

const resolved: ((value: bigint) => string)[] = [
  (value) => bytes(value).join("."),
  (value) => `::ffff:${bytes(value).join(".")}`,
  (value) => `0:0:0:0:0:FFFF:${(value >> 16n).toString(16)}:${(value & 0xffffn).toString(16)}`,
  (value) => `64:ff9b::${bytes(value).join(".")}`,
  (value) => `2002:${(value >> 16n).toString(16)}:${(value & 0xffffn).toString(16)}::1`,
];

/** How many of the surroundings, from the first, are as they should be. */
const plainSurroundings = 5;
const surroundings: ((host: string) => string)[] = [
  (host) => host,
  (host) => `${host}:80`,
  (host) => `http://${host}`,
  (host) => `https://${host}:8443/a?b`,
  (host) => `HTTP://${host}/`,
  (host) => `http://example.com@${host}/`,
  (host) => `http://example.com:80@${host}/`,
  (host) => `http://${host}#@example.com/`,
  (host) => `http://${host}\\@example.com/`,
  (host) => `\thttp://${host}/`,
];

describe("a connection", () => {
  let server: Server | undefined;
  const opened: Socket[] = [];
  afterEach(() => {
    for (const socket of opened.splice(0)) socket.destroy();
    server?.close();
  });

  /** Listens on every interface, and keeps the address at which each connection came in. */
  async function listen(): Promise<{ port: number; seen: string[] }> {
    const seen: string[] = [];
    server = createServer((socket) => {
      opened.push(socket);
      seen.push(socket.localAddress!);
    }).listen(0, "0.0.0.0");
    await once(server, "listening");
    return { port: (server.address() as AddressInfo).port, seen };
  }

  /** A resolver that gives one answer after the other, and how often it was asked. */
  function resolver(...answers: string[][]): Resolve & { asked: () => number } {
    let asked = 0;
    const resolve: Resolve = (_name, _options, callback) => {
      const answer = answers[Math.min(asked++, answers.length - 1)]!;
      queueMicrotask(() =>
        callback(
          null,
          answer.map((address) => ({ address, family: address.includes(":") ? 6 : 4 })),
        ),
      );
    };
    return Object.assign(resolve, { asked: () => asked });
  }

  async function outcome(socket: Socket): Promise<unknown> {
    opened.push(socket);
    const emitter = new EventEmitter();
    socket
      .once("connect", () => emitter.emit("done", "connected"))
      .once("error", (error) => emitter.emit("done", error));
    const [result] = (await once(emitter, "done")) as [unknown];
    return result;
  }

  it("goes to the address that was checked, though the name is rebound at once", async () => {
    const { port, seen } = await listen();
    const resolve = resolver(["127.0.0.1"], ["127.0.0.2"]);
    const guard = new TargetGuard({ allow: ["rebound.example", "127.0.0.1"] }, resolve);
    expect(await outcome(connect(guard.connection("rebound.example", port)))).toBe("connected");
    expect(resolve.asked()).toBe(1);
    expect(await outcome(connect(guard.connection("rebound.example", port)))).toMatchObject({
      code: "target_refused",
      message: `Target rebound.example:${port} is refused because its address 127.0.0.2 is a loopback address: add "127.0.0.2", or a range within 127.0.0.0/8, to targets.allow, if it may be probed.`,
    });
    await expect.poll(() => seen).toEqual(["127.0.0.1"]);
  });

  it.each([true, false])(
    "is refused if any of the addresses is, with a choice of families %j",
    async (autoSelectFamily) => {
      const { port } = await listen();
      for (const answer of [
        ["8.8.8.8", "10.0.0.1"],
        ["::ffff:10.0.0.1"],
        ["fe80::1%1"],
        ["not an address"],
        ["0.0.0.0"],
      ]) {
        const guard = new TargetGuard({ allow: ["*.example"] }, resolver(answer));
        const socket = connect({ ...guard.connection("a.example", port), autoSelectFamily });
        expect(await outcome(socket), answer.join()).toMatchObject({ code: "target_refused" });
      }
    },
  );

  it("is refused to an address, which no resolver is asked for, and to another port", () => {
    const guard = new TargetGuard({ allow: ["127.0.0.1:80", "a.example:443", "https://b.example/x"] });
    for (const [host, port] of [
      ["127.0.0.2", 80],
      ["127.0.0.1", 81],
      ["::1", 80],
      ["a.example", 80],
      ["b.example", 80],
    ] as const) {
      expect(() => guard.connection(host, port)).toThrow(expect.objectContaining({ code: "target_refused" }));
    }
    for (const host of ["0x7f.1", "2130706433", "127.1"]) {
      expect(() => guard.connection(host, 80)).toThrow(expect.objectContaining({ code: "invalid_target" }));
    }
    expect(guard.connection("127.0.0.1", 80)).toMatchObject({ host: "127.0.0.1", port: 80 });
  });

  it("fails as the resolver does", async () => {
    const resolve: Resolve = (name, _options, callback) => callback(new Error(`no such name: ${name}`), []);
    const guard = new TargetGuard({ allow: ["gone.example"] }, resolve);
    expect(await outcome(connect(guard.connection("gone.example", 80)))).toMatchObject({
      message: "no such name: gone.example",
    });
  });

  it("reaches a private address under the one name and port for which a URL gives it", async () => {
    const { port, seen } = await listen();
    const allow = ["https://a.example/x", `http://127.0.0.1:${port}/x`, `a.example:${port}`];
    const guard = new TargetGuard({ allow }, resolver(["127.0.0.1"]));
    expect(await outcome(connect(guard.connection("a.example", port)))).toBe("connected");
    expect(await outcome(connect(guard.connection("a.example", 443)))).toMatchObject({ code: "target_refused" });
    await expect.poll(() => seen).toHaveLength(1);
  });
});
