import { NoData } from "../../scrape/no-data.ts";
import type { Collector } from "../../scrape/collector.ts";
import type { HostPaths } from "./host-paths.ts";
import { readTextIfAny } from "./pseudo-file.ts";

const labelNames = [
  "build_id",
  "id",
  "id_like",
  "image_id",
  "image_version",
  "name",
  "pretty_name",
  "variant",
  "variant_id",
  "version",
  "version_codename",
  "version_id",
] as const;

/** The distribution, by its os-release file. */
export function osCollector(paths: HostPaths): Collector {
  return {
    name: "os",
    collect(scrape) {
      const text = readTextIfAny(paths.rootfs, "etc/os-release") ?? readTextIfAny(paths.rootfs, "usr/lib/os-release");
      if (text === undefined) throw new NoData("there is no os-release");
      const release = parseOsRelease(text);
      const field = (name: string): string => release.get(name.toUpperCase()) ?? "";
      const labels = Object.fromEntries(labelNames.map((name) => [name, field(name)]));
      scrape
        .gauge({ name: "node_os_info", help: "The distribution of the host, as labels.", labelNames })
        .set(labels as Record<(typeof labelNames)[number], string>, 1);
      const version = /^\d+\.?\d*/.exec(field("version_id"))?.[0];
      if (version !== undefined && Number(version) > 0) {
        scrape
          .gauge({
            name: "node_os_version",
            help: "Metric containing the major.minor part of the OS version.",
            labelNames: ["id", "id_like", "name"],
          })
          .set({ id: field("id"), id_like: field("id_like"), name: field("name") }, Number(version));
      }
      const supportEnd = /^\d{4}-\d{2}-\d{2}$/.test(field("support_end")) ? Date.parse(field("support_end")) : NaN;
      if (Number.isNaN(supportEnd)) return;
      scrape
        .gauge({
          name: "node_os_support_end_timestamp_seconds",
          help: "When the distribution is no longer supported, in seconds since the Unix epoch.",
        })
        .set(supportEnd / 1000);
    },
  };
}

/** Reads assignments as a shell would: a word, or a text in quotes in which a backslash stands before special characters. */
function parseOsRelease(text: string): Map<string, string> {
  const assignments = text.matchAll(/^\s*([A-Z][A-Z\d_]*)=(?:"((?:[^"\\\n]|\\.)*)"|'([^'\n]*)'|([^\s"'\\]*))\s*$/gm);
  return new Map(
    Array.from(assignments, ([, name, double, single, bare]) => [
      name!,
      double?.replaceAll(/\\(.)/g, "$1") ?? single ?? bare ?? "",
    ]),
  );
}
