import type { z } from "zod";
import { jsonSchema, type JsonSchema } from "../config/json-schema.ts";
import { readConfig, type ReadConfig } from "../config/read-config.ts";
import { grafanaDashboard } from "../dashboard/grafana-dashboard.ts";
import { checkModuleFlags, type FlagsOfModules } from "./module-flags.ts";
import { ExporterError, messageOf } from "../exporter-error.ts";
import type { Dashboard, LazyModule, Module, ModuleContext } from "../module.ts";
import type { Probe } from "../probe/probe.ts";
import type { RuleSet } from "../rules/rule-set.ts";
import { defaultSummary } from "../page/server/default-summary.ts";
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
  readonly modules: readonly (Module | LazyModule)[];
  /** The names of the modules that run with their defaults where no file says which. Default: none. */
  readonly defaultModules?: readonly string[] | undefined;
  /** Makes dashboards besides those of the modules and that of the exporter itself. Default: none. */
  readonly dashboards?: (() => Promise<readonly Dashboard[]>) | undefined;
  /** Makes rules besides those of the modules and those of the exporter itself. Default: none. */
  readonly rules?: (() => Promise<readonly RuleSet[]>) | undefined;
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
  readonly modules: readonly (Module | LazyModule)[];
  readonly #options: CommandOptions;
  readonly #defaultModules: readonly string[];
  readonly #loaded = new Map<string, Promise<Module>>();

  constructor(options: CommandOptions) {
    const { name, title = name, modules, defaultModules = [], listenAddress = ":9999" } = options;
    this.name = name;
    this.title = title;
    this.description = options.description;
    this.version = options.version;
    this.listenAddress = listenAddress;
    this.modules = modules;
    this.#options = options;
    this.#defaultModules = defaultModules;
  }

  /** Those of its modules that have these names. Default: all of them. Rejects if one of them cannot be loaded. */
  load(names?: readonly string[]): Promise<Module[]> {
    const wanted = this.modules.filter(({ name }) => names?.includes(name) ?? true);
    return Promise.all(
      wanted.map((module) => {
        const loaded = this.#loaded.get(module.name) ?? loadModule(module);
        this.#loaded.set(module.name, loaded);
        return loaded;
      }),
    );
  }

  /** The dashboards of its modules, of the exporter itself, and others. */
  async dashboards(): Promise<readonly Dashboard[]> {
    const ofModules = (await this.load()).flatMap(({ dashboards = [] }) => dashboards);
    const { exporterDashboard } = await import("../dashboard/exporter-dashboard.ts");
    return [...ofModules, grafanaDashboard(exporterDashboard), ...((await this.#options.dashboards?.()) ?? [])];
  }

  /** The same of rules. */
  async rules(): Promise<readonly RuleSet[]> {
    const ofModules = (await this.load()).flatMap(({ rules = [] }) => rules);
    const { exporterRules } = await import("../rules/exporter-rules.ts");
    return [...ofModules, exporterRules(this.name), ...((await this.#options.rules?.()) ?? [])];
  }

  /**
   * Reads its configuration from files, with what flags say of the modules in place of what the files say. Rejects as
   * `readConfig()` does, or if a module does not take its flags.
   */
  read(patterns: readonly string[], flags: FlagsOfModules = new Map()): Promise<ReadConfig<ExporterConfig>> {
    return readConfig(patterns, async (keysAt) => {
      const loaded = await this.load([...(keysAt(["modules"]) ?? this.#defaultModules), ...flags.keys()]);
      checkModuleFlags(loaded, flags);
      return this.#schema(loaded, flags);
    });
  }

  /** The JSON Schema of its configuration files. */
  async jsonSchema(): Promise<JsonSchema> {
    return jsonSchema(this.#schema(await this.load()), `Configuration of ${this.name}`);
  }

  /** The collectors of the modules that a configuration names. Rejects if one of them cannot be set up. */
  collectorsOf(config: ExporterConfig, context: ModuleContext): Promise<Collector[]> {
    return this.#ofEach(config, (module, moduleConfig) => module.collectors(moduleConfig, context));
  }

  /** The probes of those modules. Rejects if one of them cannot be set up. */
  probesOf(config: ExporterConfig, context: ModuleContext): Promise<Probe[]> {
    return this.#ofEach(config, (module, moduleConfig) => module.probes?.(moduleConfig, context) ?? []);
  }

  /** What is on top of the live page: what those modules have there, or what any exporter has. */
  async summaryOf(config: ExporterConfig): Promise<readonly SummaryPlot[]> {
    const plots = await this.#ofEach(config, ({ summary = [] }) => summary);
    return plots.length === 0 ? defaultSummary : plots;
  }

  async #ofEach<Made>(
    { modules }: ExporterConfig,
    make: (module: Module, config: unknown) => readonly Made[],
  ): Promise<Made[]> {
    const loaded = await this.load(Object.keys(modules).filter((name) => modules[name] !== undefined));
    return loaded.flatMap((module) => {
      try {
        return make(module, modules[module.name]);
      } catch (error) {
        if (error instanceof ExporterError) throw error;
        throw new ExporterError("start_failed", `Module ${module.name} cannot be set up: ${messageOf(error)}`);
      }
    });
  }

  /** The schema of its configuration; of modules that are not loaded it takes anything. */
  #schema(loaded: readonly Module[], flags: FlagsOfModules = new Map()): z.ZodType<ExporterConfig> {
    const names = this.modules.map(({ name }) => name);
    const { listenAddress } = this;
    return exporterConfigSchema({ names, loaded, defaultModules: this.#defaultModules, listenAddress, flags });
  }
}

async function loadModule(module: Module | LazyModule): Promise<Module> {
  try {
    return "load" in module ? await module.load() : module;
  } catch (error) {
    throw new ExporterError("start_failed", `Module ${module.name} cannot be loaded: ${messageOf(error)}`);
  }
}
