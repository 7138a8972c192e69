import type { z } from "zod";
import type { Users } from "./basic-auth.ts";
import type { RateLimit } from "./rate-limit.ts";
import { type TlsSettings, tlsSettings } from "./tls-settings.ts";
import type { WebConfig } from "./web-config-schema.ts";

/** What a web configuration comes to: files read, defaults filled in. */
export interface WebSettings {
  /** Undefined for plain HTTP. */
  readonly tls: TlsSettings | undefined;
  /** Headers of every response; an empty text is a header left out. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  /** Nobody for no authentication. */
  readonly users: Users;
  readonly rateLimit: RateLimit;
}

/** Those of a server without a web configuration: plain HTTP for everybody. */
export const openSettings: WebSettings = {
  tls: undefined,
  headers: {},
  users: new Map(),
  rateLimit: { intervalSeconds: 0, burst: 0 },
};

/**
 * Reads the files that a configuration names, telling `reads` of each before it is opened, and makes settings of it all.
 * What is wrong with them goes to `context`, with the key that names them.
 */
export async function settingsOf(
  config: WebConfig,
  context: z.core.$RefinementCtx,
  reads: (file: string) => void,
): Promise<WebSettings> {
  const { tls_server_config: tls, http_server_config: http, basic_auth_users: users, rate_limit: limit } = config;
  const complain = (key: string, message: string): void => {
    context.issues.push({ code: "custom", path: ["tls_server_config", key], message, input: undefined });
  };
  return {
    tls: tls === undefined ? undefined : await tlsSettings(tls, http.http2, { reads, complain }),
    headers: http.headers,
    users: new Map(Object.entries(users).map(([name, hash]) => [name, hash.reveal()])),
    rateLimit: { intervalSeconds: limit.interval, burst: limit.burst },
  };
}
