import { describe, expect, it } from "vitest";
import { processSchema } from "./process-config.ts";

function messagesFor(entry: unknown): string[] {
  const result = processSchema.safeParse({ process_names: [entry] });
  return result.success ? [] : result.error.issues.map(({ path, message }) => `${path.slice(2).join(".")}: ${message}`);
}

it("groups everything by the kernel's name by default, as process-exporter's package does", () => {
  expect(processSchema.parse({})).toMatchObject({
    process_names: [{ name: "{{.Comm}}", cmdline: [".+"] }],
    children: true,
    recheck: false,
    threads: false,
  });
});

describe("a wrong entry is told with the remedy", () => {
  it.each([
    [{ name: "x" }, ": selects no process; give it one of comm, exe, cmdline, user, cgroup, pod, unit"],
    [
      { cmdline: ["a(b"] },
      "cmdline.0: is no regular expression of Go (error parsing regexp: missing closing ): `a(b`); correct it",
    ],
    [
      { cmdline: ["(?=a)"] },
      "cmdline.0: is no regular expression of Go (error parsing regexp: invalid or unsupported Perl syntax: `(?=`); correct it",
    ],
    [
      { comm: ["a"], name: "{{.Com}}" },
      "name: has {{.Com}}, which is unknown; use one of .Comm, .ExeBase, .ExeFull, .Username, .PID, .StartTime, .Cgroups, .Pod, .Container, .Unit, .Matches.x",
    ],
    [{ comm: ["a"], name: "{{.Comm" }, 'name: has "{{" without "}}"; close it'],
    [{ comm: [], name: "x" }, "comm: "],
  ])("%j", (entry, message) => {
    expect(messagesFor(entry)).toEqual([expect.stringContaining(message)]);
  });
});
