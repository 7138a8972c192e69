import type { z } from "zod";
import { jsonSchema, type JsonSchema } from "../config/json-schema.ts";
import { exporterDashboard } from "../dashboard/exporter-dashboard.ts";
import { grafanaDashboard } from "../dashboard/grafana-dashboard.ts";
import { checkModuleFlags, type FlagsOfModules } from "./module-flags.ts";
import { ExporterError, messageOf } from "../exporter-error.ts";
import type { Dashboard, Module, ModuleContext } from "../module.ts";
import type { Probe } from "../probe/probe.ts";
import { exporterRules } from "../rules/exporter-rules.ts";
import type { RuleSet } from "../rules/rule-set.ts";
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
  /** Dashboards besides those of the modules and that of the exporter itself. Default: none. */
  readonly dashboards?: readonly Dashboard[] | undefined;
  /** Rules besides those of the modules and those of the exporter itself. Default: none. */
  readonly rules?: readonly RuleSet[] | undefined;
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
  /** Those of its modules, of the exporter itself, and others. */
  readonly dashboards: readonly Dashboard[];
  /** The same of rules. */
  readonly rules: readonly RuleSet[];
  readonly #defaultModules: readonly string[];

  constructor(options: CommandOptions) {
    const { name, title = name, modules, defaultModules = [], listenAddress = ":9999" } = options;
    this.name = name;
    this.title = title;
    this.description = options.description;
    this.version = options.version;
    this.listenAddress = listenAddress;
    this.modules = modules;
    const ofModules = modules.flatMap((module) => module.dashboards ?? []);
    this.dashboards = [...ofModules, grafanaDashboard(exporterDashboard), ...(options.dashboards ?? [])];
    const rulesOfModules = modules.flatMap((module) => module.rules ?? []);
    this.rules = [...rulesOfModules, exporterRules(name), ...(options.rules ?? [])];
    this.#defaultModules = defaultModules;
    this.schema = exporterConfigSchema({ modules, defaultModules, listenAddress });
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

  /** The collectors of the modules that a configuration names. Throws if one of them cannot be set up. */
  collectorsOf(config: ExporterConfig, context: ModuleContext): Collector[] {
    return this.#ofEach(config, (module, moduleConfig) => module.collectors(moduleConfig, context));
  }

  /** The probes of those modules. Throws if one of them cannot be set up. */
  probesOf(config: ExporterConfig, context: ModuleContext): Probe[] {
    return this.#ofEach(config, (module, moduleConfig) => module.probes?.(moduleConfig, context) ?? []);
  }

  #ofEach<Made>(config: ExporterConfig, make: (module: Module, config: unknown) => readonly Made[]): Made[] {
    return this.modules.flatMap((module) => {
      const moduleConfig = config.modules[module.name];
      try {
        return moduleConfig === undefined ? [] : make(module, moduleConfig);
      } catch (error) {
        if (error instanceof ExporterError) throw error;
        throw new ExporterError("start_failed", `Module ${module.name} cannot be set up: ${messageOf(error)}`);
      }
    });
  }
}
