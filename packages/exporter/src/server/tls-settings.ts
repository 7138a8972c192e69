import { createPrivateKey, X509Certificate } from "node:crypto";
import { createSecureContext, DEFAULT_CIPHERS, type SecureContextOptions } from "node:tls";
import { readText } from "../config/read-text.ts";
import {
  type CipherSuite,
  cipherSuites,
  curves,
  type Tls13CipherSuite,
  tls13CipherSuites,
  tlsVersions,
} from "./tls-names.ts";
import type { ClientAuthType, TlsServerConfig } from "./web-config-schema.ts";

/** How a server encrypts, and who may connect. */
export interface TlsSettings {
  readonly context: SecureContextOptions;
  readonly http2: boolean;
  readonly clientAuth: ClientAuthType;
  /** The names of which a client's certificate must have one; undefined for any. */
  readonly allowedNames: readonly string[] | undefined;
}

/** Who is told while the files that `tls_server_config` names are read. */
export interface TlsReading {
  /** A file is about to be opened. */
  readonly reads: (file: string) => void;
  /** What is wrong with what a key names. */
  readonly complain: (key: string, text: string) => void;
}

const longestPem = 1 << 20;

/** Reads certificates and keys, and checks that they can be used; undefined if they cannot, which `reading` then knows. */
export async function tlsSettings(
  tls: TlsServerConfig,
  http2: boolean,
  reading: TlsReading,
): Promise<TlsSettings | undefined> {
  const [cert, key, ca] = [
    await readPem(tls, "cert", reading),
    await readPem(tls, "key", reading),
    await readPem(tls, "client_ca", reading),
  ];
  if (cert === undefined || key === undefined || ca === undefined) return undefined;
  const fail = (name: string, text: string): undefined => reading.complain(name, text) as undefined;

  const certificate = certificatesOf(cert.text)?.[0];
  if (certificate === undefined) return fail(cert.name, "holds no certificate; give one as PEM, its chain behind it");
  const authorities = certificatesOf(ca.text);
  if (authorities === undefined && ca.text !== "") {
    return fail(ca.name, "holds no certificate; give those of the authorities as PEM");
  }
  const privateKey = attempt(() => createPrivateKey(key.text));
  if (privateKey === undefined) return fail(key.name, "holds no private key; give one as PEM, without a passphrase");
  if (!certificate.checkPrivateKey(privateKey)) {
    return fail(key.name, `is not the key of the certificate in ${cert.name}; give the two that belong together`);
  }
  const context = { cert: cert.text, key: key.text, ca: authorities?.map(String), ...negotiation(tls) };
  try {
    createSecureContext(context);
  } catch (error) {
    const { reason = "it does not say why" } = error as { reason?: string };
    return fail(cert.name, `is refused by OpenSSL: ${reason}; give another`);
  }
  return { context, http2, clientAuth: tls.client_auth_type, allowedNames: tls.client_allowed_sans };
}

/** The text that a key gives or names the file of, empty where there is neither, and the name of that key. */
async function readPem(
  tls: TlsServerConfig,
  key: "cert" | "key" | "client_ca",
  { reads, complain }: TlsReading,
): Promise<{ name: string; text: string } | undefined> {
  const name = `${key}_file` as const;
  const file = tls[name];
  if (file === undefined) {
    const given = tls[key] ?? "";
    return { name: key, text: typeof given === "string" ? given : given.reveal() };
  }
  reads(file);
  const read = await readText(file, file, longestPem);
  if ("text" in read) return { name, text: read.text };
  complain(name, `the file ${JSON.stringify(file)} ${read.problem}`);
  return undefined;
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
