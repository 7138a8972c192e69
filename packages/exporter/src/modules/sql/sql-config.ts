import { z } from "zod";
import { duration } from "../../config/duration.ts";
import { filePath } from "../../config/file-path.ts";
import { type Secret, secret } from "../../config/secret.ts";
import { messageOf } from "../../exporter-error.ts";
import { type ConnectionSettings, parseDsn, type TlsSettings } from "./connection-settings.ts";
import { presetNames, type PresetName, presets } from "./presets.ts";
import { plainName, type QueryConfig, querySchema, staticLabels } from "./query-config.ts";

/** A database as a configuration file has it. */
export interface TargetConfig {
  readonly name: string;
  readonly dsn?: Secret | undefined;
  readonly type?: ConnectionSettings["dialect"] | undefined;
  readonly host?: string | undefined;
  readonly port?: number | undefined;
  readonly socket?: string | undefined;
  readonly user?: string | undefined;
  readonly password?: Secret | undefined;
  readonly database?: string | undefined;
  readonly file?: string | undefined;
  readonly tls?: TlsSettings | boolean | undefined;
  readonly labels: Readonly<Record<string, string>>;
  readonly presets: readonly PresetName[];
  readonly queries?: readonly string[] | undefined;
  readonly max_connections: number;
  /** Seconds. */
  readonly connect_timeout: number;
  readonly probe_only: boolean;
}

/** The module as a configuration file has it. */
export interface SqlConfig {
  readonly targets: readonly TargetConfig[];
  readonly queries: readonly QueryConfig[];
}

const parts = ["type", "host", "port", "socket", "user", "password", "database", "file"] as const;

const tls = z.strictObject({
  ca_file: filePath().optional().meta({ description: "The authorities that the server's certificate may come from." }),
  cert_file: filePath().optional().meta({ description: "The certificate that is shown to the server." }),
  key_file: filePath().optional().meta({ description: "The key of that certificate." }),
  server_name: z.string().min(1).optional().meta({ description: "The name that the server's certificate must have." }),
  insecure_skip_verify: z.boolean().optional().meta({ description: "Whether any certificate is taken." }),
});

const target = z
  .strictObject({
    name: plainName.meta({ description: "What it is called in the label target and in /probe?target=." }),
    dsn: secret()
      .optional()
      .meta({ description: "Where it is: postgres://user:password@host/database, mysql://… or sqlite:/path." }),
    type: z
      .enum(["mysql", "postgres", "sqlite"])
      .optional()
      .meta({ description: "The kind of database, without a dsn." }),
    host: z.string().min(1).optional().meta({ description: "The host, localhost by default." }),
    port: z.int().min(1).max(65535).optional().meta({ description: "The port, by default that of the kind." }),
    socket: filePath()
      .optional()
      .meta({ description: "A socket in place of a host; of PostgreSQL, the folder that it is in." }),
    user: z.string().min(1).optional().meta({ description: "Who asks." }),
    password: secret().optional().meta({ description: "The user's password." }),
    database: z.string().min(1).optional().meta({ description: "The database that queries see first." }),
    file: filePath().optional().meta({ description: "The file of an SQLite database." }),
    tls: z
      .union([z.boolean(), tls])
      .optional()
      .meta({ description: "Whether and how the connection is encrypted. By default it is not." }),
    labels: staticLabels.default({}).meta({ description: "Labels that all metrics of the target have." }),
    presets: z.array(z.enum(presetNames)).default([]).meta({
      description: "Sets of metrics that are known: mysql as mysqld_exporter has them, postgres as postgres_exporter.",
    }),
    queries: z
      .array(z.string())
      .optional()
      .meta({ description: "The names of the queries that it is asked. By default all that there are." }),
    max_connections: z.int().min(1).max(20).default(2).meta({ description: "How many connections there are at most." }),
    connect_timeout: duration()
      .refine((seconds) => seconds > 0, "is none; give a duration above 0")
      .prefault("3s")
      .meta({ description: "How long connecting may take until the database counts as down." }),
    probe_only: z
      .boolean()
      .default(false)
      .meta({ description: "Whether it is asked by /probe alone, and not by scrapes of the metrics." }),
  })
  .superRefine((given, context) => {
    try {
      const { dialect } = connectionOf(given);
      for (const [i, name] of given.presets.entries()) {
        if (presets[name].dialect === dialect) continue;
        context.addIssue({ code: "custom", path: ["presets", i], message: `is not for ${dialect}; take it out` });
      }
    } catch (error) {
      // What is said at a secret itself is left out, since it may quote it; this does not.
      const subject = given.dsn === undefined ? "" : "dsn ";
      context.addIssue({ code: "custom", message: `${subject}${messageOf(error)}` });
    }
  });

/** How a target is connected to. Throws an `Error` that quotes no secret if what is written says it twice, or not at all. */
export function connectionOf(
  given: Omit<TargetConfig, "labels" | "presets" | "max_connections" | "connect_timeout" | "probe_only">,
): ConnectionSettings {
  const encrypted = given.tls === true ? {} : given.tls || undefined;
  if (given.dsn !== undefined) {
    const excess = parts.find((part) => given[part] !== undefined);
    if (excess !== undefined) throw new Error(`says what ${excess} says; leave one of them out`);
    const settings = parseDsn(given.dsn);
    return checked(encrypted === undefined ? settings : { ...settings, tls: encrypted });
  }
  const { type, host, port, socket, user, password, database, file } = given;
  const dialect = type ?? (file === undefined ? undefined : "sqlite");
  if (dialect === undefined) throw new Error("says nothing of where it is; give it dsn, file, or type and host");
  if (dialect === "sqlite") {
    if (file === undefined) throw new Error("is SQLite without a file; give it one");
    return { dialect, file };
  }
  if (file !== undefined)
    throw new Error(`has a file, which is for SQLite, and is of type ${dialect}; leave one of them out`);
  return checked({
    dialect,
    host: socket === undefined ? (host ?? "localhost") : undefined,
    port,
    socket,
    user,
    password,
    database,
    tls: encrypted,
  });
}

function checked(settings: ConnectionSettings): ConnectionSettings {
  if (settings.dialect !== "sqlite" && settings.user === undefined) {
    throw new Error("names no user; put one before the host, or give it user");
  }
  return settings;
}

function twice(names: readonly string[]): number {
  return names.findIndex((name, i) => names.indexOf(name) !== i);
}

/** What may stand below `modules.sql`. */
export const sqlSchema: z.ZodType<SqlConfig> = z
  .strictObject({
    targets: z.array(target).min(1).meta({ description: "The databases." }),
    queries: z.array(querySchema).default([]).meta({ description: "Queries, and the metrics that are made of them." }),
  })
  .superRefine(({ targets, queries }, context) => {
    const issue = (path: (string | number)[], message: string): void =>
      context.addIssue({ code: "custom", path, message });
    const queryNames = queries.map(({ name }) => name);
    for (const [key, names] of Object.entries({ targets: targets.map(({ name }) => name), queries: queryNames })) {
      const i = twice(names);
      if (i >= 0) issue([key, i, "name"], "is the name of another one, too; give each its own");
    }
    for (const [i, each] of targets.entries()) {
      for (const [j, name] of (each.queries ?? []).entries()) {
        if (!queryNames.includes(name)) issue(["targets", i, "queries", j], "is the name of no query; correct it");
      }
    }
    checkMetrics(queries, issue);
  });

/** Two queries may make one metric, if they declare it alike. */
function checkMetrics(
  queries: readonly QueryConfig[],
  issue: (path: (string | number)[], message: string) => void,
): void {
  const seen = new Map<string, string>();
  for (const [i, { metrics }] of queries.entries()) {
    for (const [
      j,
      { name, type, help, labels, static_labels: fixed, value_label: valueLabel, buckets },
    ] of metrics.entries()) {
      const declared = JSON.stringify([
        type,
        help,
        [...labels, ...Object.keys(fixed), valueLabel ?? ""].toSorted(),
        Object.keys(buckets ?? {}),
      ]);
      const before = seen.get(name);
      if (before !== undefined && before !== declared) {
        issue(
          ["queries", i, "metrics", j, "name"],
          "is declared with another type, help or labels before; give it another name",
        );
      }
      seen.set(name, before ?? declared);
    }
  }
}
