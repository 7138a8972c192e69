import type { z } from "zod";
import { ExporterError } from "../../exporter-error.ts";
import type { GivenFlags, ModuleFlag, ModuleFlags } from "../../module.ts";
import { absentCollectors } from "./absent-collectors.ts";
import { collectors, type HostCollector } from "./collectors.ts";

/** What a configuration calls the paths, by their flags. */
const paths = new Map([
  ["path.procfs", "procfs"],
  ["path.sysfs", "sysfs"],
  ["path.rootfs", "rootfs"],
  ["path.udev.data", "udev_data"],
]);
/** What node_exporter calls a collector in front of its options, where that is not its name. */
const optionPrefixes = new Map([["powersupplyclass", "powersupply"]]);

/** The flags of node_exporter that say what a configuration file says below `modules.host`. */
export const hostFlags: ModuleFlags = {
  list: [
    ...Array.from(paths.keys(), (name): ModuleFlag => {
      const description = `where the host's ${name.slice("path.".length)} is mounted`;
      return { name, description, kind: "value" };
    }),
    { name: "collector.disable-defaults", description: "run only the collectors that are named", kind: "switch" },
    ...collectors.flatMap(flagsOf),
    ...absentCollectors.map((name): ModuleFlag => {
      return { name: `collector.${name}`, description: "not here", kind: "switch", isHidden: true };
    }),
  ],
  apply,
};

function flagOf(collector: string, option: string): string {
  return `collector.${optionPrefixes.get(collector) ?? collector}.${option}`;
}

function flagsOf({ name, isDefault, options }: HostCollector): ModuleFlag[] {
  const fields = Object.entries(options.shape).map(([option, schema]): ModuleFlag => ({
    name: flagOf(name, option),
    description: (schema as z.ZodType).meta()?.description ?? option,
    kind: kindOf(schema as z.ZodType),
  }));
  const description = `run the collector (default: ${isDefault ? "it runs" : "it does not run"})`;
  return [{ name: `collector.${name}`, description, kind: "switch" }, ...fields];
}

function kindOf(schema: z.ZodType): ModuleFlag["kind"] {
  if (schema.safeParse(true).success) return "switch";
  return schema.safeParse([""]).success ? "values" : "value";
}

type Mapping = Readonly<Record<string, unknown>>;

/** What the flags make of a configuration. An option does not make a collector run that would not run without it. */
function apply(before: unknown, given: GivenFlags): unknown {
  for (const name of absentCollectors) {
    const flag = `collector.${name}`;
    if (given.get(flag) === true)
      throw new ExporterError("invalid_argument", `--${flag}: it is not here; leave it out.`);
  }
  const config = mapping(before);
  const named = mapping(config["collectors"]);
  const disablesDefaults = given.get("collector.disable-defaults") ?? config["disable_defaults"] ?? false;
  const changed = collectors.flatMap(({ name, isDefault, options }) => {
    const values = Object.keys(options.shape)
      .map((option) => [option, given.get(flagOf(name, option))] as const)
      .filter(([, value]) => value !== undefined);
    const runs = given.get(`collector.${name}`);
    if (values.length === 0 && runs === undefined) return [];
    const said = named[name];
    const ran = typeof said === "boolean" ? said : said !== undefined || (isDefault && disablesDefaults === false);
    return [
      [
        name,
        { enabled: ran, ...mapping(said), ...Object.fromEntries(values), ...(runs !== undefined && { enabled: runs }) },
      ],
    ];
  });
  return {
    ...config,
    paths: { ...mapping(config["paths"]), ...givenPaths(given) },
    disable_defaults: disablesDefaults,
    collectors: { ...named, ...(Object.fromEntries(changed) as Mapping) },
  };
}

function givenPaths(given: GivenFlags): Mapping {
  return Object.fromEntries(
    Array.from(paths, ([flag, path]) => [path, given.get(flag)] as const).filter(([, value]) => value !== undefined),
  );
}

function mapping(value: unknown): Mapping {
  return typeof value === "object" && value !== null ? (value as Mapping) : {};
}
