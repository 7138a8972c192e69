import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Identity } from "./identity.ts";
import { makeMatcher, type ProcessName } from "./matcher.ts";

const postgres: Identity = {
  pid: 42,
  comm: "postgres",
  argv: ["/usr/lib/postgresql/bin/postgres", "-D", "/data main", "--port=5433"],
  user: "postgres",
  cgroups: ["/system.slice/postgresql@15-main.service"],
  startSeconds: 1_700_000_000.25,
};

function nameOf(entry: ProcessName, identity: Partial<Identity> = {}): string | undefined {
  return makeMatcher([entry])({ ...postgres, ...identity });
}

describe("a process is selected", () => {
  it.each<[boolean, ProcessName]>([
    [true, { comm: ["bash", "postgres"] }],
    [false, { comm: ["post"] }],
    [true, { exe: ["postgres"] }],
    [true, { exe: ["/usr/lib/postgresql/bin/postgres"] }],
    [false, { exe: ["/bin/postgres"] }],
    [true, { cmdline: ["port=\\d+", "-D /data"] }],
    [false, { cmdline: ["port=\\d+", "--host"] }],
    [true, { user: ["root", "postgres"] }],
    [false, { user: ["root"] }],
    [true, { cgroup: ["^/user", "^/system\\.slice/"] }],
    [false, { cgroup: ["^/user"] }],
    [true, { unit: ["^postgresql@"] }],
    [false, { pod: [".*"] }],
    [false, { comm: ["postgres"], exe: ["bash"] }],
  ])("%s: %j", (isSelected, entry) => {
    expect(nameOf(entry) !== undefined).toBe(isSelected);
  });

  it("by the first entry that fits it", () => {
    const matcher = makeMatcher([
      { name: "bash", comm: ["bash"] },
      { name: "first", cmdline: [".+"] },
      { name: "second", comm: ["postgres"] },
    ]);
    expect(matcher(postgres)).toBe("first");
  });

  it("not by exe or a command line where a thread of the kernel has none", () => {
    expect(nameOf({ exe: ["postgres"] }, { argv: [] })).toBeUndefined();
    expect(nameOf({ cmdline: [".+"] }, { argv: [] })).toBeUndefined();
  });

  it("by whatever text it has as its own name", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (comm) => {
        expect(nameOf({ name: "{{.Comm}}", comm: [comm] }, { comm })).toBe(comm.toWellFormed().slice(0, 1024));
      }),
    );
  });
});

describe("a group is called", () => {
  it.each([
    [undefined, "postgres"],
    ["{{.Comm}}", "postgres"],
    ["{{ .ExeFull }}", "/usr/lib/postgresql/bin/postgres"],
    ["db {{- .Username -}} !", "dbpostgres!"],
    ["{{.PID}} of {{.Matches.port}}", "42 of 5433"],
    ['{{index .Matches "port"}}{{index .Matches "no"}}{{.Matches.no}}', "5433<no value>"],
    ["{{.StartTime}}", "2023-11-14 22:13:20.25 +0000 UTC"],
    [
      "{{.Cgroups}} {{index .Cgroups 0}}{{index .Cgroups 7}}",
      "[/system.slice/postgresql@15-main.service] /system.slice/postgresql@15-main.service",
    ],
    ["{{.Unit}}{{.Pod}}{{.Container}}", "postgresql@15-main.service"],
  ])("%s: %s", (name, group) => {
    expect(nameOf({ name, cmdline: ["port=(?P<port>\\d+)"] })).toBe(group);
  });

  it("by the kernel's name where a process has no arguments", () => {
    expect(nameOf({ name: "{{.ExeBase}} {{.ExeFull}}", comm: ["kthreadd"] }, { comm: "kthreadd", argv: [] })).toBe(
      "kthreadd kthreadd",
    );
  });

  it.each([
    [1_700_000_000, "2023-11-14 22:13:20 +0000 UTC"],
    [1_700_000_040, "2023-11-14 22:14:00 +0000 UTC"],
    [1_700_006_400.5, "2023-11-15 00:00:00.5 +0000 UTC"],
  ])("by the start as Go prints it", (startSeconds, text) => {
    expect(nameOf({ name: "{{.StartTime}}", comm: ["postgres"] }, { startSeconds })).toBe(text);
  });

  it("by no more than 1024 characters", () => {
    expect(nameOf({ name: "{{.ExeFull}}", comm: ["postgres"] }, { argv: ["x".repeat(5000)] })).toHaveLength(1024);
  });
});

it("a command line that defeats engines which try again is read in linear time", () => {
  const argv = [`${"a".repeat(30_000)}!`];
  expect(nameOf({ cmdline: ["^(a+)+$"] }, { argv })).toBeUndefined();
});
