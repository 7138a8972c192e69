import { z } from "zod";
import { duration } from "../config/duration.ts";
import { filePath } from "../config/file-path.ts";
import { secret } from "../config/secret.ts";
import { messageOf } from "../exporter-error.ts";
import type { Module } from "../module.ts";
import { type FlagsOfModules, withModuleFlags } from "./module-flags.ts";
import { checkPrometheusUrl, type PrometheusOptions } from "../page/server/prometheus-client.ts";
import { parseAddress } from "../server/address.ts";
import { isPath } from "../server/routes.ts";
import { type LogFormat, logFormats, type LogLevel, logLevels } from "../make-logger.ts";

/** What a configuration file of the command says. */
export interface ExporterConfig {
  readonly web: {
    readonly listen_addresses: readonly string[];
    readonly systemd_socket: boolean;
    readonly telemetry_path: string;
    /** The path of a web configuration file. */
    readonly config_file?: string | undefined;
    readonly enable_lifecycle: boolean;
    readonly exporter_metrics: boolean;
    readonly max_scrapes: number;
    readonly max_connections: number;
    /** In seconds. */
    readonly timeout_offset: number;
    readonly page: {
      readonly enabled: boolean;
      readonly always_record: boolean;
      readonly prometheus?: PrometheusOptions | undefined;
    };
  };
  readonly log: { readonly level: LogLevel; readonly format: LogFormat };
  /** The configuration of each module that is to run, by its name. */
  readonly modules: Readonly<Record<string, unknown>>;
}

const addressForm = "host:port, :port, [v6]:port or unix:/path";
const address = z.string().superRefine((text, context) => {
  try {
    parseAddress(text);
  } catch (error) {
    context.addIssue({ code: "custom", message: messageOf(error) });
  }
});

const prometheus = z.strictObject({
  url: z
    .string()
    .superRefine((text, context) => {
      try {
        checkPrometheusUrl(text);
      } catch (error) {
        context.addIssue({ code: "custom", message: messageOf(error) });
      }
    })
    .meta({ description: "Its address, such as http://prometheus:9090." }),
  username: z.string().optional().meta({ description: "The user it is asked as." }),
  password: secret().optional().meta({ description: "That user's password; a bearer token where there is no user." }),
  labels: z.record(z.string(), z.string()).optional().meta({
    description: "The labels of this exporter's series, such as instance, where they are not found by themselves.",
  }),
});

const page = z.strictObject({
  enabled: z.boolean().default(true).meta({ description: "Whether there is a page at /." }),
  always_record: z
    .boolean()
    .default(false)
    .meta({ description: "Whether its last 15 minutes are kept also while nobody looks." }),
  prometheus: prometheus.optional().meta({ description: "A Prometheus that has the exporter's history." }),
});

const web = z.strictObject({
  systemd_socket: z
    .boolean()
    .default(false)
    .meta({ description: "Whether to listen on the sockets of a systemd socket unit instead." }),
  telemetry_path: z
    .string()
    .refine(isPath, "is no path as it stands in a URL; write it as in /metrics")
    .refine(
      (path) => !/^\/(?:-\/.*|config|probe|sd)$/.test(path),
      "is taken by another page; choose one such as /metrics",
    )
    .default("/metrics")
    .meta({ description: "The path of the metrics." }),
  config_file: filePath()
    .optional()
    .meta({ description: "A web configuration file of the Prometheus exporter toolkit: TLS and authentication." }),
  enable_lifecycle: z.boolean().default(false).meta({ description: "Whether POST /-/reload reloads this file." }),
  exporter_metrics: z
    .boolean()
    .default(true)
    .meta({ description: "Whether there are metrics of the exporter's own process, runtime and scrapes." }),
  max_scrapes: z
    .int()
    .min(1)
    .max(10_000)
    .default(40)
    .meta({ description: "How many scrapes may run at a time; one more is answered 503." }),
  max_connections: z.int().min(1).max(100_000).default(512).meta({
    description: "How many connections may be open; one more closes the one that has been silent for longest.",
  }),
  timeout_offset: duration()
    .prefault("500ms")
    .meta({ description: "How much sooner than Prometheus's timeout a scrape is answered." }),
  page: page.prefault({}).meta({ description: "The live page at /." }),
});

const log = z.strictObject({
  level: z.enum(logLevels).default("info").meta({ description: "The least severe messages to log." }),
  format: z.enum(logFormats).default("logfmt").meta({ description: "The format of the log." }),
});

/** What the schema of a configuration depends on. */
interface SchemaOptions {
  /** The names of all modules. */
  readonly names: readonly string[];
  /** Those whose schemas are needed. */
  readonly loaded: readonly Module[];
  /** The names of the modules that run with their defaults where a file has no `modules`. */
  readonly defaultModules: readonly string[];
  readonly listenAddress: string;
  /** What the command line says of the modules. */
  readonly flags: FlagsOfModules;
}

/** The schema of a command's configuration with its modules. */
export function exporterConfigSchema({
  names,
  loaded,
  defaultModules,
  listenAddress,
  flags,
}: SchemaOptions): z.ZodType<ExporterConfig> {
  const schemas = new Map(
    loaded.map(({ name, description, schema }) => [name, schema.optional().meta({ description })]),
  );
  const fields = names.map((name) => [name, schemas.get(name) ?? z.unknown().optional()] as const);
  const listenAddresses = z
    .array(address.meta({ description: addressForm }))
    .min(1)
    .default([listenAddress])
    .meta({ description: `Where to listen: ${addressForm}.` });
  const byDefault = Object.fromEntries(defaultModules.map((name) => [name, {}]));
  const ofModules = z
    .strictObject(Object.fromEntries(fields))
    .prefault(byDefault)
    .meta({ description: "What to take metrics from, by the name of the module." });
  return z.strictObject({
    web: web
      .extend({ listen_addresses: listenAddresses })
      .prefault({})
      .meta({ description: "How the metrics are served." }),
    log: log.prefault({}).meta({ description: "What is logged to standard error." }),
    modules:
      flags.size === 0
        ? ofModules
        : z.preprocess((written) => withModuleFlags(written ?? byDefault, loaded, flags), ofModules),
  });
}
