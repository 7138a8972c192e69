import { describe, expect, it } from "vitest";
import { hostFlags } from "./flags.ts";
import { hostSchema } from "./host-schema.ts";

/** What a configuration becomes by flags. */
function applied(written: unknown, given: Record<string, boolean | string>): unknown {
  const { paths, ...config } = hostSchema.parse(
    hostFlags.apply(written, new Map(Object.entries(given))),
  ) as unknown as {
    paths: object;
    collectors: object;
  };
  return { paths, ...config };
}

describe("the flags of the host module", () => {
  it("are named as node_exporter's are", () => {
    const names = hostFlags.list.map(({ name }) => name);
    for (const name of [
      "path.procfs",
      "path.sysfs",
      "path.rootfs",
      "path.udev.data",
      "collector.disable-defaults",
      "collector.cpu",
      "collector.cpu.info",
      "collector.netdev.device-exclude",
      "collector.netclass.ignored-devices",
      "collector.vmstat.fields",
      "collector.powersupplyclass",
      "collector.powersupply.ignored-supplies",
    ]) {
      expect(names).toContain(name);
    }
    const kinds = new Map(hostFlags.list.map(({ name, kind }) => [name, kind]));
    expect(kinds.get("collector.cpu.info")).toBe("switch");
    expect(kinds.get("collector.vmstat.fields")).toBe("value");
  });

  it("say where the host's file systems are, and which collectors run", () => {
    expect(
      applied(undefined, { "path.procfs": "/host/proc", "collector.uname": false, "collector.processes": true }),
    ).toEqual({
      paths: { procfs: "/host/proc" },
      disable_defaults: false,
      collectors: { uname: { enabled: false }, processes: { enabled: true } },
    });
  });

  it("take what node_exporter is usually run with where nothing of it is here, and refuse what is not", () => {
    const given = { "collector.wifi": false, "collector.timex": false, "path.udev.data": "/host/root/run/udev/data" };
    expect(applied(undefined, given)).toEqual({
      paths: { udev_data: "/host/root/run/udev/data" },
      disable_defaults: false,
      collectors: {},
    });
    expect(() => applied(undefined, { "collector.wifi": true })).toThrow(
      "--collector.wifi: it is not here; leave it out.",
    );
    const hidden = hostFlags.list.filter(({ isHidden }) => isHidden).map(({ name }) => name);
    expect(hidden).toContain("collector.timex");
    expect(new Set(hostFlags.list.map(({ name }) => name)).size).toBe(hostFlags.list.length);
  });

  it("give a collector options without making it run", () => {
    const { collectors } = applied(undefined, {
      "collector.interrupts.name-include": "^LOC",
      "collector.netdev.device-exclude": "^veth",
      "collector.powersupply.ignored-supplies": "^BAT",
    }) as { collectors: Record<string, object> };
    expect(collectors["interrupts"]).toMatchObject({ enabled: false, "name-include": /^LOC/u });
    expect(collectors["netdev"]).toMatchObject({ enabled: true, "device-exclude": /^veth/u });
    expect(collectors["powersupplyclass"]).toMatchObject({ enabled: true, "ignored-supplies": /^BAT/u });
  });

  it("win over a file, and leave the rest of it", () => {
    expect(
      applied(
        {
          paths: { sysfs: "/s" },
          disable_defaults: true,
          collectors: { cpu: { info: true }, uname: true, time: false },
        },
        { "collector.cpu.guest": false, "collector.time": true, "path.procfs": "/p", "collector.vmstat.fields": "x" },
      ),
    ).toMatchObject({
      paths: { procfs: "/p", sysfs: "/s" },
      disable_defaults: true,
      collectors: {
        cpu: { enabled: true, info: true, guest: false },
        uname: true,
        time: { enabled: true },
        vmstat: { enabled: false },
      },
    });
  });
});
