import { readFile } from "node:fs/promises";
import { type ParsedFamily, ParseError, parse } from "@exporterkit/client/parse";
import { ExporterError, messageOf } from "../exporter-error.ts";

/** How an exposition is fetched. Passwords and tokens come from files or the environment, where no list of processes has them. */
export interface FetchExpositionOptions {
  readonly timeoutSeconds: number;
  /** For basic authentication. */
  readonly user?: string | undefined;
  readonly passwordFile?: string | undefined;
  readonly bearerTokenFile?: string | undefined;
  /** Where `EXPORTERKIT_PASSWORD` and `EXPORTERKIT_BEARER_TOKEN` may stand. Default: `process.env`. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
}

const mostBytes = 32 << 20;

/** Fetches what a target exposes. Rejects with an {@link ExporterError} that tells no secret. */
export async function fetchExposition(from: string, options: FetchExpositionOptions): Promise<ParsedFamily[]> {
  const url = urlOf(from);
  const shown = `${url.origin}${url.pathname}`;
  const authorization = await authorizationOf(options);
  const signal = AbortSignal.timeout(options.timeoutSeconds * 1000);
  try {
    const response = await fetch(url, {
      signal,
      headers: {
        // The format that every exporter writes right.
        accept: "text/plain;version=0.0.4;q=1, application/openmetrics-text;version=1.0.0;q=0.5",
        ...(authorization !== undefined && { authorization }),
      },
    });
    if (!response.ok) {
      await response.body?.cancel();
      throw refused(shown, response.status);
    }
    return parse(await bodyOf(response, shown), response.headers.get("content-type") ?? undefined);
  } catch (error) {
    if (error instanceof ExporterError) throw error;
    if (error instanceof ParseError) {
      throw failed(
        `${shown} answers something that is no exposition`,
        messageOf(error),
        "name the page of the metrics",
      );
    }
    if (signal.aborted) {
      throw failed(`${shown} has not answered within ${options.timeoutSeconds} s`, "", "give more by --timeout");
    }
    throw failed(`${shown} cannot be read`, messageOf(error), "see that it runs and can be reached from here");
  }
}

/** Reads the URL that is asked for; what is wrong with it is told without it, as it may hold a password. */
function urlOf(from: string): URL {
  const url = URL.canParse(from) ? new URL(from) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol)) {
    const remedy = "write it as in --from http://localhost:9999/metrics.";
    throw new ExporterError("invalid_argument", `The URL to make a dashboard from is malformed: ${remedy}`);
  }
  if (url.username !== "" || url.password !== "") {
    const remedy = "give --user and --password-file instead.";
    throw new ExporterError("invalid_argument", `A URL with a password in it ends up in logs: ${remedy}`);
  }
  return url;
}

async function authorizationOf(options: FetchExpositionOptions): Promise<string | undefined> {
  const { user, passwordFile, bearerTokenFile, environment = process.env } = options;
  if (user === undefined && passwordFile !== undefined)
    throw conflict("--password-file stands alone: give --user, too.");
  if (user !== undefined && bearerTokenFile !== undefined) {
    throw conflict("--user stands beside --bearer-token-file: give one of them.");
  }
  if (user !== undefined) {
    const password = await secretOf(passwordFile, environment["EXPORTERKIT_PASSWORD"]);
    if (password === undefined) throw conflict("--user has no password: give --password-file or EXPORTERKIT_PASSWORD.");
    return `Basic ${Buffer.from(`${user}:${password}`).toString("base64")}`;
  }
  const token = await secretOf(bearerTokenFile, environment["EXPORTERKIT_BEARER_TOKEN"]);
  if (token === undefined) return undefined;
  if (!/^[\x21-\x7e]+$/.test(token)) throw conflict("The bearer token holds what no header may: write it in ASCII.");
  return `Bearer ${token}`;
}

async function secretOf(file: string | undefined, fromEnvironment: string | undefined): Promise<string | undefined> {
  if (file === undefined) return fromEnvironment;
  try {
    return (await readFile(file, "utf8")).replace(/\r?\n$/, "");
  } catch (error) {
    throw conflict(`${file} cannot be read: ${messageOf(error)}; name a file that can.`);
  }
}

async function bodyOf({ body }: Response, shown: string): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body ?? []) {
    size += chunk.length;
    if (size > mostBytes) throw failed(`${shown} answers more than ${mostBytes >> 20} MiB`, "", "ask for less of it");
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function refused(shown: string, status: number): ExporterError {
  const isAuth = status === 401 || status === 403;
  const remedy = isAuth ? "give --user and --password-file, or --bearer-token-file" : "name the page of the metrics";
  return failed(`${shown} answers ${status}`, "", remedy);
}

function failed(problem: string, reason: string, remedy: string): ExporterError {
  return new ExporterError("fetch_failed", `${problem}${reason && `: ${reason.replace(/\.$/, "")}`}; ${remedy}.`);
}

function conflict(message: string): ExporterError {
  return new ExporterError("invalid_argument", message);
}
