import { defineModule, type Module } from "../../module.ts";
import { defineProbe, type Probe } from "../../probe/probe.ts";
import type { Collector } from "../../scrape/collector.ts";
import type { Logger } from "../../logger.ts";
import { sqlDashboards } from "./dashboards.ts";
import { mysqlRules } from "./mysql/rules.ts";
import { postgresRules } from "./postgres/rules.ts";
import { presetNames } from "./presets.ts";
import { sqlRules } from "./rules.ts";
import { SharedTargets } from "./shared-targets.ts";
import { type SqlConfig, sqlSchema, type TargetConfig } from "./sql-config.ts";
import { sqlSummary } from "./summary.ts";

/** The SQL module as a configuration file names it. */
export const sqlModule: Module<SqlConfig> = defineModule({
  name: "sql",
  description: "Metrics of MySQL, MariaDB, PostgreSQL and SQLite: from queries, and by the names of their exporters.",
  schema: sqlSchema,
  collectors: (config, { logger }) => {
    const shared = sharedTargets(config, logger);
    return config.targets.filter((each) => !each.probe_only).map((each) => collectorOf(each, config, shared));
  },
  dashboards: sqlDashboards,
  rules: [sqlRules, mysqlRules, postgresRules],
  summary: sqlSummary,
  probes: (config, { logger }) => probesOf(config, sharedTargets(config, logger)),
});

const ofConfig = new WeakMap<SqlConfig, SharedTargets>();

/** Collectors and probes of one configuration have the same sessions. */
function sharedTargets(config: SqlConfig, logger: Logger): SharedTargets {
  const shared = ofConfig.get(config) ?? new SharedTargets(config, logger);
  ofConfig.set(config, shared);
  return shared;
}

function collectorOf({ name, labels }: TargetConfig, config: SqlConfig, shared: SharedTargets): Collector {
  let held: ReturnType<SharedTargets["hold"]> | undefined;
  // All targets have the same labels, so that what they make is one family.
  const none = Object.fromEntries(
    config.targets.flatMap((each) => Object.keys(each.labels).map((label) => [label, ""])),
  );
  return {
    name: `sql:${name}`,
    start: () => void (held = shared.hold(name)),
    collect: (scrape) => held!.target.collect(scrape, { labels: { target: name, ...none, ...labels } }),
    stop: () => held!.close(),
  };
}

/** `sql` has all that a target has, and each preset is a probe of its own. */
function probesOf({ targets }: SqlConfig, shared: SharedTargets): Probe[] {
  return [undefined, ...presetNames].flatMap((preset) => {
    const probed = targets.filter(({ presets }) => preset === undefined || presets.includes(preset));
    const labels = new Map(probed.map((each) => [each.name, each.labels]));
    if (labels.size === 0) return [];
    return defineProbe({
      name: preset ?? "sql",
      targets: { names: [...labels.keys()] },
      createState: (name) => shared.hold(name),
      probe: (name, scrape, { state }) => state.target.collect(scrape, { labels: labels.get(name)!, preset }),
    });
  });
}
