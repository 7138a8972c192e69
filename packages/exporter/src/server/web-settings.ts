import { createPrivateKey, X509Certificate } from "node:crypto";
import { createSecureContext, DEFAULT_CIPHERS, type SecureContextOptions } from "node:tls";
import type { z } from "zod";
import { readText } from "../config/read-text.ts";
import type { Users } from "./basic-auth.ts";
import type { RateLimit } from "./rate-limit.ts";
import {
  type CipherSuite,
  cipherSuites,
  curves,
  type Tls13CipherSuite,
  tls13CipherSuites,
  tlsVersions,
} from "./tls-names.ts";
import type { ClientAuthType, TlsServerConfig, WebConfig } from "./web-config-schema.ts";

/** How a server encrypts, and who may connect. */
export interface TlsSettings {
  readonly context: SecureContextOptions;
  readonly http2: boolean;
  readonly clientAuth: ClientAuthType;
  /** The names of which a client's certificate must have one; undefined for any. */
  readonly allowedNames: readonly string[] | undefined;
}

/** What a web configuration comes to: files read, defaults filled in. */
export interface WebSettings {
  /** Undefined for plain HTTP. */
  readonly tls: TlsSettings | undefined;
  /** Headers of every response; an empty text is a header left out. */
  readonly headers: Readonly<Record<string, string>>;
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

const longestPem = 1 << 20;

/** Reports what is wrong with a part of the configuration. */
type Complain = (key: string, text: string) => undefined;

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
  const complain = (key: string, message: string): undefined => {
    context.issues.push({ code: "custom", path: ["tls_server_config", key], message, input: undefined });
  };
  return {
    tls: tls === undefined ? undefined : await tlsSettings(tls, http.http2, complain, reads),
    headers: Object.fromEntries(Object.entries(http.headers).filter(([, value]) => value !== undefined)) as Record<
      string,
      string
    >,
    users: new Map(Object.entries(users).map(([name, hash]) => [name, hash.reveal()])),
    rateLimit: { intervalSeconds: limit.interval, burst: limit.burst },
  };
}

async function tlsSettings(
  tls: TlsServerConfig,
  http2: boolean,
  complain: Complain,
  reads: (file: string) => void,
): Promise<TlsSettings | undefined> {
  const [certKey, keyKey, caKey] = (["cert", "key", "client_ca"] as const).map((key) =>
    tls[`${key}_file`] === undefined ? key : (`${key}_file` as const),
  ) as ["cert" | "cert_file", "key" | "key_file", "client_ca" | "client_ca_file"];
  const read = async (key: typeof certKey | typeof keyKey | typeof caKey): Promise<string | undefined> => {
    if (!key.endsWith("_file")) {
      const text = tls[key];
      return typeof text === "object" ? text.reveal() : text;
    }
    const file = tls[key as "cert_file"]!;
    reads(file);
    const text = await readText(file, file, longestPem);
    return "text" in text ? text.text : complain(key, `the file ${JSON.stringify(file)} ${text.problem}`);
  };
  const [cert, key, ca] = [await read(certKey), await read(keyKey), await read(caKey)];
  if (cert === undefined || key === undefined || (ca === undefined && tls[caKey] !== undefined)) return undefined;

  const certificate = certificatesOf(cert)?.[0];
  if (certificate === undefined) return complain(certKey, "holds no certificate; give one as PEM, its chain behind it");
  const authorities = ca === undefined ? undefined : certificatesOf(ca);
  if (ca !== undefined && authorities === undefined)
    return complain(caKey, "holds no certificate; give those of the authorities as PEM");
  const privateKey = attempt(() => createPrivateKey(key));
  if (privateKey === undefined) return complain(keyKey, "holds no private key; give one as PEM, without a passphrase");
  if (!certificate.checkPrivateKey(privateKey)) {
    return complain(keyKey, `is not the key of the certificate in ${certKey}; give the two that belong together`);
  }
  const context = { cert, key, ca: authorities?.map(String), ...negotiation(tls) };
  try {
    createSecureContext(context);
  } catch (error) {
    return complain(
      certKey,
      `cannot be used: ${(error as NodeJS.ErrnoException & { reason?: string }).reason ?? "OpenSSL refuses it"}`,
    );
  }
  return { context, http2, clientAuth: tls.client_auth_type, allowedNames: tls.client_allowed_sans };
}

/** What is negotiated in a handshake, in OpenSSL's words. */
function negotiation(tls: TlsServerConfig): SecureContextOptions {
  const chosen: string[] = tls.cipher_suites.map((suite) => (isTls13(suite) ? suite : cipherSuites[suite]));
  const ciphers = chosen.length > 0 ? [...new Set([...chosen, ...tls13CipherSuites])] : [];
  if (tls.min_version === "TLS10" || tls.min_version === "TLS11") {
    if (chosen.length === 0) ciphers.push(DEFAULT_CIPHERS);
    // OpenSSL holds the older versions to be below its level of security, whatever the ciphers.
    ciphers.push("@SECLEVEL=0");
  }
  return {
    minVersion: tlsVersions[tls.min_version],
    maxVersion: tlsVersions[tls.max_version],
    honorCipherOrder: tls.prefer_server_cipher_suites,
    ...(ciphers.length > 0 && { ciphers: ciphers.join(":") }),
    ...(tls.curve_preferences.length > 0 && {
      ecdhCurve: tls.curve_preferences.map((curve) => curves[curve]).join(":"),
    }),
  };
}

function isTls13(suite: CipherSuite): suite is Tls13CipherSuite {
  return tls13CipherSuites.includes(suite as Tls13CipherSuite);
}

/** The certificates of a PEM text; undefined if there is none, or one is broken. */
function certificatesOf(pem: string): X509Certificate[] | undefined {
  const blocks = pem.match(/-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g) ?? [];
  const certificates = attempt(() => blocks.map((block) => new X509Certificate(block)));
  return certificates?.length === 0 ? undefined : certificates;
}

function attempt<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch {
    return undefined;
  }
}
