import { parse, type ParsedFamily } from "@exporterkit/client/parse";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Child, exporterkit, start } from "./child.ts";
import { hasCommand } from "./debian-package.ts";

/** What Debian's node_exporter shows and ours does not, or otherwise, each with the reason. */
const exceptions = {
  /** Collectors with data on this machine that ours lacks. */
  collectors: {
    timex: "adjtimex() cannot be called from JavaScript",
    rapl: "not one of those that are asked for",
    xfs: "not one of those that are asked for",
  },
  /** Labels that later releases of node_exporter added. */
  labels: {
    node_network_info: ["adminstate"],
    node_disk_info: ["rotational"],
    ...Object.fromEntries(
      ["avail_bytes", "device_error", "files", "files_free", "free_bytes", "readonly", "size_bytes"].map((name) => [
        `node_filesystem_${name}`,
        ["device_error"],
      ]),
    ),
  } as Record<string, string[]>,
};
/** Collectors of node_exporter's that are still to come. */
const notYet = ["bcache", "btrfs"];

/** Debian's defaults, where they are not those of node_exporter. */
const debianDefaults = [
  "--collector.netdev.device-exclude=^lo$",
  String.raw`--collector.diskstats.device-exclude=^(ram|loop|fd|(h|s|v|xv)d[a-z]|nvme\d+n\d+p)\d+$`,
  "--collector.filesystem.mount-points-exclude=^/(dev|proc|run|sys|mnt|media|var/lib/docker/.+|var/lib/containers/storage/.+)($|/)",
  "--collector.textfile.directory=/var/lib/prometheus/node-exporter",
];
/** Values that have nothing to do with the host. */
const ownFamilies = /^node_(exporter_build_info|scrape_collector_)/;

describe.skipIf(!hasCommand("prometheus-node-exporter", "prometheus-node-exporter"))(
  "the host module beside Debian's node_exporter (needs the Debian package prometheus-node-exporter)",
  () => {
    const children: Child[] = [];
    let theirs: string;
    let ours: string;
    beforeAll(async () => {
      const [debian, own] = [
        start("prometheus-node-exporter", ["--web.listen-address=127.0.0.1:0"]),
        start(exporterkit, ["--web.listen-address=127.0.0.1:0", ...debianDefaults]),
      ];
      children.push(debian, own);
      theirs = `http://${(await debian.line(/msg="Listening on" address=(127\.0\.0\.1:\d+)/))[1]}/metrics`;
      ours = `http://${(await own.line(/address=(127\.0\.0\.1:\d+)/))[1]}/metrics`;
    });
    afterAll(() => Promise.all(children.map((child) => child.stop())));

    it("has every collector that has data here", async () => {
      const withData = succeeded(await families(theirs));
      const known = (await families(ours)).get("node_scrape_collector_success")!.values;
      const missing = [...withData].filter((key) => !known.has(key)).map((key) => JSON.parse(key)[0][1] as string);
      const allowed = new Set([...Object.keys(exceptions.collectors), ...notYet]);
      expect(missing.filter((collector) => !allowed.has(collector))).toEqual([]);
    });

    it("tells the same of the host in each collector that both have", { timeout: 60_000 }, async () => {
      const [debian, own] = [succeeded(await families(theirs)), succeeded(await families(ours))];
      const both = [...debian].filter((key) => own.has(key)).map((key) => JSON.parse(key)[0][1] as string);
      expect(both.length).toBeGreaterThan(15);
      // One at a time, so that the three scrapes of one are close together.
      let compared = 0;
      for (const collector of both) {
        const query = `?collect[]=${collector}`;
        await expect
          .poll(
            async () => {
              const before = await families(theirs + query);
              const between = await families(ours + query);
              compared += between.size;
              return differences(before, between, await families(theirs + query));
            },
            // What changes by more while it is read is read again.
            { timeout: 5000, interval: 50, message: collector },
          )
          .toEqual([]);
      }
      expect(compared).toBeGreaterThan(150);
    });
  },
);

interface Family {
  readonly type: ParsedFamily["type"];
  /** By their labels, sorted, as JSON. */
  readonly values: ReadonlyMap<string, number>;
}

async function families(url: string): Promise<Map<string, Family>> {
  const response = await fetch(url, { headers: { accept: "text/plain;version=0.0.4" } });
  const parsed = parse(await response.text());
  return new Map(
    parsed
      .filter(({ name, samples }) => name.startsWith("node_") && samples.length > 0)
      .map(({ name, type, samples }) => {
        const left: readonly string[] = Object.entries(exceptions.labels).find(([key]) => key === name)?.[1] ?? [];
        const key = (labels: object): string =>
          JSON.stringify(
            Object.entries(labels)
              .filter(([label]) => !left.includes(label))
              .toSorted(([a], [b]) => (a < b ? -1 : 1)),
          );
        return [name, { type, values: new Map(samples.map(({ labels, value }) => [key(labels), value])) }];
      }),
  );
}

function succeeded(of: ReadonlyMap<string, Family>): Set<string> {
  const success = of.get("node_scrape_collector_success")!;
  return new Set([...success.values].filter(([, value]) => value === 1).map(([key]) => key));
}

/** What of ours is not as theirs was before and after. */
function differences(
  before: ReadonlyMap<string, Family>,
  own: ReadonlyMap<string, Family>,
  after: ReadonlyMap<string, Family>,
): string[] {
  return [...before].flatMap(([name, { type, values }]) => {
    if (ownFamilies.test(name)) return [];
    const mine = own.get(name);
    if (mine?.type !== type) return [`${name} is ${mine?.type ?? "missing"}, not ${type}`];
    const odd = [...mine.values.keys()].filter((labels) => !values.has(labels));
    return [
      ...odd.map((labels) => `${name}${labels} is not theirs`),
      ...[...values].flatMap(([labels, value]) => {
        const got = mine.values.get(labels);
        const later = after.get(name)?.values.get(labels) ?? value;
        return got !== undefined && isNear(type, got, value, later) ? [] : [`${name}${labels} is ${got}, not ${value}`];
      }),
    ];
  });
}

/** Counters agree within 1 %, others within 5 % or one unit, of what they were before, after or in between. */
function isNear(type: ParsedFamily["type"], got: number, before: number, after: number): boolean {
  const [low, high] = [Math.min(before, after), Math.max(before, after)];
  const tolerance = Math.max(Math.abs(high) * (type === "counter" ? 0.01 : 0.05), 1);
  return got >= low - tolerance && got <= high + tolerance;
}
