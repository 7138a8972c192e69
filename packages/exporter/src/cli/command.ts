import type { z } from "zod";
import { jsonSchema, type JsonSchema } from "../config/json-schema.ts";
import { checkModuleFlags, type FlagsOfModules } from "./module-flags.ts";
import type { Dashboard, Module, ModuleContext } from "../module.ts";
import type { SummaryPlot } from "../page/summary.ts";
import type { Collector } from "../scrape/collector.ts";
import { type ExporterConfig, exporterConfigSchema } from "./exporter-config.ts";

/** What makes a command of its modules. */
export interface CommandOptions {
  /** What it is called where it speaks of itself. */
  readonly name: string;
  /** What it is for, in a sentence. */
  readonly description: string;
  readonly version: string;
  /** What a configuration file can name below `modules`. */
  readonly modules: readonly Module[];
  /** The names of the modules that run with their defaults where no file says which. Default: none. */
  readonly defaultModules?: readonly string[] | undefined;
  /** Where it listens unless it is told otherwise. Default: `:9999`. */
  readonly listenAddress?: string | undefined;
  /** What its page at `/` is called. Default: the name. */
  readonly title?: string | undefined;
}

/** A command: its modules, and the configuration that they make up. */
export class Command {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly version: string;
  readonly listenAddress: string;
  /** The schema of its configuration files. */
  readonly schema: z.ZodType<ExporterConfig>;
  readonly modules: readonly Module[];
  readonly #defaultModules: readonly string[];

  constructor(options: CommandOptions) {
    const { name, title = name, modules, defaultModules = [], listenAddress = ":9999" } = options;
    this.name = name;
    this.title = title;
    this.description = options.description;
    this.version = options.version;
    this.listenAddress = listenAddress;
    this.modules = modules;
    this.#defaultModules = defaultModules;
    this.schema = exporterConfigSchema({ modules, defaultModules, listenAddress });
  }

  /** The dashboards of its modules. */
  get dashboards(): readonly Dashboard[] {
    return this.modules.flatMap(({ dashboards = [] }) => dashboards);
  }

  /** What its modules show on top of the live page; undefined if none of them says so. */
  get summary(): readonly SummaryPlot[] | undefined {
    const plots = this.modules.flatMap(({ summary = [] }) => summary);
    return plots.length === 0 ? undefined : plots;
  }

  /** The schema that has what flags say of the modules in place of what files say. Throws if a module does not take them. */
  schemaWith(flags: FlagsOfModules): z.ZodType<ExporterConfig> {
    if (flags.size === 0) return this.schema;
    checkModuleFlags(this.modules, flags);
    const { modules, listenAddress } = this;
    return exporterConfigSchema({ modules, defaultModules: this.#defaultModules, listenAddress, flags });
  }

  /** The JSON Schema of its configuration files. */
  get jsonSchema(): JsonSchema {
    return jsonSchema(this.schema, `Configuration of ${this.name}`);
  }

  /** The collectors of the modules that a configuration names. */
  collectorsOf(config: ExporterConfig, context: ModuleContext): Collector[] {
    return this.modules.flatMap((module) => {
      const moduleConfig = config.modules[module.name];
      return moduleConfig === undefined ? [] : module.collectors(moduleConfig, context);
    });
  }
}
