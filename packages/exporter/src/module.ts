import type { z } from "zod";
import type { Registry } from "@exporterkit/client";
import type { Logger } from "./logger.ts";
import type { Probe } from "./probe/probe.ts";
import type { RuleSet } from "./rules/rule-set.ts";
import type { SummaryPlot } from "./page/summary.ts";
import type { Collector } from "./scrape/collector.ts";

/** What a module makes its collectors with, besides its configuration. */
export interface ModuleContext {
  readonly logger: Logger;
  /** Whether this is a trial, which leaves nothing behind that a real run would find. Default: false. */
  readonly isTrial?: boolean | undefined;
}

/** A dashboard of Grafana. */
export interface Dashboard {
  /** The name of its file, without `.json`: lower case, short, and unique in a command. */
  readonly name: string;
  /** Its JSON model, as Grafana imports it. */
  readonly model: Readonly<Record<string, unknown>>;
}

/** A flag of the command that says something of a module's configuration. */
export interface ModuleFlag {
  /** As it is written behind `--`. */
  readonly name: string;
  /** What it does, for the help. */
  readonly description: string;
  /** A switch is given as `--name` or `--no-name`, a value once, values any number of times. */
  readonly kind: "switch" | "value" | "values";
  /** Whether the help leaves it out. Default: false. */
  readonly isHidden?: boolean;
}

/** What a flag was given. */
export type FlagValue = boolean | string | readonly string[];

/** The flags of a module that were given, by name. */
export type GivenFlags = ReadonlyMap<string, FlagValue>;

/** The flags of a module. */
export interface ModuleFlags {
  readonly list: readonly ModuleFlag[];
  /** What a configuration as a file has it, or undefined, becomes by the flags: again what the schema takes. */
  apply(written: unknown, given: GivenFlags): unknown;
}

/** What to count of a file that is there already. */
export interface ReplayOptions {
  /** Its name, or `-` for the standard input. */
  readonly file: string;
  /** Which part of the configuration to count by, where there are several. */
  readonly part: string | undefined;
  /** Told how many bytes of how many have been read. */
  readonly progress: (done: number, total: number) => void;
}

/** What was counted of a file. */
export interface Replayed {
  readonly registry: Registry;
  readonly lines: number;
  /** Lines that were not understood, some of them, and those that were given up, for their length. */
  readonly unmatched: number;
  readonly examples: readonly string[];
  readonly dropped: number;
}

/** A kind of source that a configuration file can name. */
export interface Module<Config = unknown> {
  /** Its key below `modules`. */
  readonly name: string;
  /** What it brings, in a sentence. */
  readonly description: string;
  /** What may stand below its key. */
  readonly schema: z.ZodType<Config>;
  /** What the command can be told of it without a file. Default: nothing. */
  readonly flags?: ModuleFlags | undefined;
  /** The collectors of a configuration that the schema has taken. */
  collectors(config: Config, context: ModuleContext): readonly Collector[];
  /**
   * The probes of a configuration that the schema has taken, each of which says by its `targets` what it may probe; their
   * names are unique among all modules. Default: none.
   */
  probes?(config: Config, context: ModuleContext): readonly Probe[];
  /** Counts a file as it would be counted, for the subcommand `<name> try`. Default: there is none. */
  replay?(config: Config, options: ReplayOptions): Promise<Replayed>;
  /** Dashboards of its metrics, which the subcommand `dashboard` writes. Default: none. */
  readonly dashboards?: readonly Dashboard[] | undefined;
  /** Recording and alerting rules over its metrics, which the subcommand `rules` prints. Default: none. */
  readonly rules?: readonly RuleSet[] | undefined;
  /** Plots on top of the live page, shown where there are such metrics. Default: none. */
  readonly summary?: readonly SummaryPlot[] | undefined;
}

/** A module that is loaded when a configuration names it: those that do not run cost neither time nor memory. */
export interface LazyModule {
  /** As the module has it. */
  readonly name: string;
  /** As the module has them. Default: none. */
  readonly flags?: ModuleFlags | undefined;
  /** Whether the module has `replay`. Default: no. */
  readonly canReplay?: boolean | undefined;
  /** The module. Called once. */
  readonly load: () => Promise<Module>;
}

/**
 * A module as it was given, with the types of what it is written with: `collectors` gets what the schema makes of the file.
 *
 * ```ts
 * const queue = defineModule({
 *   name: "queue",
 *   description: "Jobs that wait.",
 *   schema: z.strictObject({ url: z.url() }),
 *   collectors: ({ url }) => [queueCollector(url)],
 * });
 * ```
 */
export function defineModule<Config>(module: Module<Config>): Module<Config> {
  return module;
}
