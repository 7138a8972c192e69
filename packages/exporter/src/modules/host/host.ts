import { firstIssue } from "../../config/first-issue.ts";
import { ExporterError } from "../../exporter-error.ts";
import { type Logger, silentLogger } from "../../logger.ts";
import type { Collector } from "../../scrape/collector.ts";
import { collectors, type HostCollector } from "./collectors.ts";
import { defaultPaths, type HostPaths } from "./host-paths.ts";
import { type HostConfig, hostSchema } from "./host-schema.ts";
import { closeKeptFiles } from "./pseudo-file.ts";

/** What the collectors of a host can be told. */
export interface HostOptions {
  /**
   * Where the host's file systems are mounted. Default: `/proc`, `/sys` and `/` on Linux; other systems have none, and Node's
   * `os` module stands in for what it knows.
   */
  readonly paths?: Partial<HostPaths> | undefined;
  /** Whether only those collectors run that `collectors` names. Default: false. */
  readonly disableDefaults?: boolean | undefined;
  /**
   * By the name of the collector: whether it runs, or its options by the names of node_exporter's flags, such as
   * `{ netdev: { "device-exclude": "^veth" }, uname: false }`. Default: those run that do in node_exporter.
   */
  readonly collectors?: Readonly<Record<string, boolean | Readonly<Record<string, unknown>>>> | undefined;
  /** Told what a collector cannot read, as far as that is no failure. Default: none. */
  readonly logger?: Logger | undefined;
}

/**
 * The metrics of this host: `system_usage`, and `node_*` by the names, types and labels of node_exporter.
 *
 * Throws an {@link ExporterError} of code `invalid_option` if there is no such collector or option.
 */
export function hostCollectors(options: HostOptions = {}): Collector[] {
  const { paths = {}, disableDefaults = false, collectors: named = {}, logger = silentLogger } = options;
  const { data, error } = hostSchema.safeParse({ paths, disable_defaults: disableDefaults, collectors: named });
  if (data !== undefined) return collectorsOf(data, logger);
  const { path, message } = firstIssue(error);
  throw new ExporterError("invalid_option", `Option ${path.join(".")} of hostCollectors: ${message}.`);
}

/** The collectors of a configuration. */
export function collectorsOf(config: HostConfig, logger: Logger): Collector[] {
  const isGiven = Object.values(config.paths).some((path) => path !== undefined);
  const paths = process.platform === "linux" || isGiven ? withDefaults(config.paths) : undefined;
  return collectors.flatMap((each) => {
    const options = optionsOf(each, config);
    const collector = options && each.make(paths, options, logger);
    return collector === undefined ? [] : [asNodeExporter(collector)];
  });
}

/** A collector of `node_*` tells how it fared also as node_exporter does. */
function asNodeExporter(collector: Collector): Collector {
  const whole: Collector = {
    ...collector,
    reusesMetrics: true,
    async stop() {
      await collector.stop?.();
      closeKeptFiles();
    },
  };
  return collector.name === "system_usage" ? whole : { ...whole, reportedAs: "node_scrape_collector" };
}

function withDefaults({ procfs, sysfs, rootfs, udev_data: udevData }: HostConfig["paths"]): HostPaths {
  return {
    procfs: procfs ?? defaultPaths.procfs,
    sysfs: sysfs ?? defaultPaths.sysfs,
    rootfs: rootfs ?? defaultPaths.rootfs,
    udevData,
  };
}

/** What a collector runs with; undefined if it does not run. */
function optionsOf({ name, isDefault, options }: HostCollector, config: HostConfig): object | undefined {
  const said = config.collectors[name] ?? (isDefault && !config.disable_defaults);
  if (said === false) return undefined;
  if (said === true) return options.parse({}) as object;
  const { enabled, ...given } = said;
  return enabled ? given : undefined;
}
