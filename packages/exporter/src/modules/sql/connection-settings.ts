import { Secret } from "../../config/secret.ts";

/** The kinds of databases. MariaDB is a MySQL. */
export type Dialect = "mysql" | "postgres" | "sqlite";

/** How a connection is encrypted. */
export interface TlsSettings {
  /** The file of the authorities that the server's certificate may come from. Default: those of Node.js. */
  readonly ca_file?: string | undefined;
  readonly cert_file?: string | undefined;
  readonly key_file?: string | undefined;
  /** The name that the server's certificate must have. Default: the host. */
  readonly server_name?: string | undefined;
  /** Whether any certificate is taken. */
  readonly insecure_skip_verify?: boolean | undefined;
}

/** Where a database is, and who asks. */
export interface ConnectionSettings {
  readonly dialect: Dialect;
  /** A host name or address. */
  readonly host?: string | undefined;
  readonly port?: number | undefined;
  /** The path of a socket in place of host and port; of PostgreSQL, the folder that it is in. */
  readonly socket?: string | undefined;
  readonly user?: string | undefined;
  readonly password?: Secret | undefined;
  readonly database?: string | undefined;
  /** The file of an SQLite database. */
  readonly file?: string | undefined;
  /** Undefined for a connection in the clear. */
  readonly tls?: TlsSettings | undefined;
}

const schemes: Readonly<Record<string, Dialect>> = {
  "mysql:": "mysql",
  "mariadb:": "mysql",
  "postgres:": "postgres",
  "postgresql:": "postgres",
};

const forms =
  "write postgres://user:password@host:5432/database, mysql://user:password@host:3306/database or sqlite:/path";

/** Reads the address of a database. Throws an `Error` whose message quotes nothing of it. */
export function parseDsn(dsn: Secret): ConnectionSettings {
  // A host may be missing where a parameter names a socket.
  const text = dsn.reveal().replace(/^(\w+:\/\/[^/?#]*@)(?=[/?#]|$)/, "$1localhost");
  const sqlite = /^(?:sqlite3?|file):(?:\/\/)?(?<file>.*)$/s.exec(text)?.groups?.["file"];
  if (sqlite !== undefined) return sqliteSettings(sqlite);
  if (!URL.canParse(text)) {
    throw new Error(
      `is no address of a database; ${forms}, with characters such as @, / and # in a password as %40, %2F, %23`,
    );
  }
  const url = new URL(text);
  const dialect = schemes[url.protocol];
  if (dialect === undefined) throw new Error(`has a scheme that is not known; ${forms}`);
  const parameters = new Map(url.searchParams);
  const socket = socketOf(dialect, url, parameters);
  const tls = tlsOf(dialect, parameters);
  for (const name of parameters.keys()) {
    throw new Error(`has a parameter that is not known${/^\w{1,30}$/.test(name) ? `, ${name}` : ""}; leave it out`);
  }
  return {
    dialect,
    host: socket === undefined ? decoded(url.hostname).replace(/^\[(.*)\]$/, "$1") || "localhost" : undefined,
    port: url.port === "" ? undefined : Number(url.port),
    socket,
    user: decoded(url.username) || undefined,
    password: url.password === "" ? undefined : new Secret(decoded(url.password)),
    database: decoded(url.pathname.slice(1)) || undefined,
    tls,
  };
}

function sqliteSettings(file: string): ConnectionSettings {
  if (file.startsWith("/") || /^[a-z]:[\\/]/i.test(file)) return { dialect: "sqlite", file };
  throw new Error("names a file that is relative; write the whole path, or use file, which is relative to this file");
}

/** Takes the parameter that names a socket, if there is one. */
function socketOf(dialect: Dialect, url: URL, parameters: Map<string, string>): string | undefined {
  const names = dialect === "postgres" ? ["host"] : ["socket", "socketPath"];
  const name = names.find((each) => parameters.has(each));
  if (name !== undefined) {
    const socket = parameters.get(name)!;
    parameters.delete(name);
    if (!socket.startsWith("/"))
      throw new Error(`has a parameter ${name} that is no path; name a host before the database`);
    return socket;
  }
  // postgres://user@%2Frun%2Fpostgresql/database, as libpq writes it.
  const host = decoded(url.hostname);
  return host.startsWith("/") ? host : undefined;
}

const withTls: Readonly<Record<string, TlsSettings | undefined>> = {
  disable: undefined,
  false: undefined,
  require: { insecure_skip_verify: true },
  "skip-verify": { insecure_skip_verify: true },
  "verify-ca": {},
  "verify-full": {},
  true: {},
};

/** Takes the parameter that says whether the connection is encrypted, in libpq's words or those of Go's MySQL driver. */
function tlsOf(dialect: Dialect, parameters: Map<string, string>): TlsSettings | undefined {
  const name = dialect === "postgres" ? "sslmode" : "tls";
  const known =
    dialect === "postgres" ? ["disable", "require", "verify-ca", "verify-full"] : ["false", "skip-verify", "true"];
  const mode = parameters.get(name);
  if (mode === undefined) return undefined;
  parameters.delete(name);
  if (!known.includes(mode)) throw new Error(`has a ${name} that is not known; use ${known.join(", ")}`);
  return withTls[mode];
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new Error("has a % that stands for nothing; write it as %25");
  }
}
