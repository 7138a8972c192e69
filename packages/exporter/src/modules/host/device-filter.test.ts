import { describe, expect, it } from "vitest";
import { deviceFilter, deviceOptions } from "./device-filter.ts";

const devices = ["eth0", "veth1", "lo"];

function wanted(options: Record<string, string>): string[] {
  return devices.filter(deviceFilter(deviceOptions().parse(options), /^lo$/));
}

describe("the filter of devices", () => {
  it("leaves out those that are excluded, by default or as told, or all but those that are included", () => {
    expect(wanted({})).toEqual(["eth0", "veth1"]);
    expect(wanted({ "device-exclude": "^veth" })).toEqual(["eth0", "lo"]);
    expect(wanted({ "device-include": "^lo" })).toEqual(["lo"]);
  });

  it("takes an empty expression as none, as node_exporter does: to exclude nothing tells all", () => {
    expect(wanted({ "device-exclude": "" })).toEqual(devices);
    expect(wanted({ "device-include": "" })).toEqual(["eth0", "veth1"]);
    expect(wanted({ "device-exclude": "^veth", "device-include": "" })).toEqual(["eth0", "lo"]);
    expect(wanted({ "device-exclude": "", "device-include": "^lo" })).toEqual(["lo"]);
  });

  it("cannot be told both", () => {
    expect(deviceOptions().safeParse({ "device-exclude": "a", "device-include": "b" }).success).toBe(false);
  });
});
