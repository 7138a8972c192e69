import { z } from "zod";
import { filePath } from "../config/file-path.ts";
import { type Secret, secret } from "../config/secret.ts";
import { goDuration } from "./go-duration.ts";
import {
  type CipherSuite,
  cipherSuites,
  type Curve,
  curves,
  http2CipherSuites,
  tls13CipherSuites,
  type TlsVersion,
  tlsVersions,
} from "./tls-names.ts";

const versions = Object.keys(tlsVersions) as TlsVersion[];
const suites = [...Object.keys(cipherSuites), ...tls13CipherSuites] as CipherSuite[];

const clientAuthTypes = [
  "NoClientCert",
  "RequestClientCert",
  "RequireAnyClientCert",
  // What it was once called.
  "RequireClientCert",
  "VerifyClientCertIfGiven",
  "RequireAndVerifyClientCert",
] as const;

/** How clients are to prove who they are, by the names of Go's `crypto/tls`. */
export type ClientAuthType = (typeof clientAuthTypes)[number];

/** `tls_server_config`. */
export interface TlsServerConfig {
  readonly cert_file?: string | undefined;
  readonly key_file?: string | undefined;
  readonly cert?: string | undefined;
  readonly key?: Secret | undefined;
  readonly client_auth_type: ClientAuthType;
  readonly client_ca_file?: string | undefined;
  readonly client_ca?: string | undefined;
  readonly client_allowed_sans?: readonly string[] | undefined;
  readonly min_version: TlsVersion;
  readonly max_version: TlsVersion;
  readonly cipher_suites: readonly CipherSuite[];
  readonly prefer_server_cipher_suites: boolean;
  readonly curve_preferences: readonly Curve[];
}

/** A web configuration, as its file says it. */
export interface WebConfig {
  readonly tls_server_config?: TlsServerConfig | undefined;
  readonly http_server_config: {
    readonly http2: boolean;
    readonly headers: Readonly<Record<string, string | undefined>>;
  };
  readonly basic_auth_users: Readonly<Record<string, Secret>>;
  readonly rate_limit: {
    /** Seconds. */
    readonly interval: number;
    readonly burst: number;
  };
}

const tlsServerConfig = z
  .strictObject({
    cert_file: filePath().optional(),
    key_file: filePath().optional(),
    cert: z.string().optional(),
    key: secret().optional(),
    client_auth_type: z.enum(clientAuthTypes).default("NoClientCert"),
    client_ca_file: filePath().optional(),
    client_ca: z.string().optional(),
    client_allowed_sans: z.array(z.string()).optional(),
    min_version: z.enum(versions).default("TLS12"),
    max_version: z.enum(versions).default("TLS13"),
    cipher_suites: z.array(z.enum(suites)).default([]),
    prefer_server_cipher_suites: z.boolean().default(true),
    curve_preferences: z.array(z.enum(Object.keys(curves) as Curve[])).default([]),
  })
  .superRefine((tls, context) => {
    const complain = (key: keyof typeof tls, message: string): void => {
      context.addIssue({ code: "custom", path: [key], message });
    };
    for (const key of ["cert", "key", "client_ca"] as const) {
      const file = `${key}_file` as const;
      if (tls[key] !== undefined && tls[file] !== undefined) complain(file, `stands beside ${key}; give one of them`);
      else if (key !== "client_ca" && tls[key] === undefined && tls[file] === undefined) {
        complain(file, `is missing; add it, or ${key} with the PEM text itself`);
      }
    }
    const auth = tls.client_auth_type;
    const ca = tls.client_ca_file === undefined ? "client_ca" : "client_ca_file";
    if (tls[ca] !== undefined && auth === "NoClientCert") {
      complain(ca, "is of no use while no client certificate is asked for; set client_auth_type, or remove it");
    }
    if (tls.client_allowed_sans !== undefined && !auth.startsWith("Require")) {
      complain(
        "client_allowed_sans",
        "asks for a certificate that clients need not have; set client_auth_type to RequireAndVerifyClientCert",
      );
    }
    if (versions.indexOf(tls.min_version) > versions.indexOf(tls.max_version)) {
      complain("min_version", `is above max_version, ${tls.max_version}; exchange them`);
    }
  });

const headerText = z
  .string()
  .regex(/^[\t -~]*$/, "holds a character that no header may; write it in ASCII, on one line");

const responseHeaders = z.strictObject({
  "Content-Security-Policy": headerText.optional(),
  "X-Frame-Options": z.enum(["deny", "sameorigin"]).optional(),
  "X-Content-Type-Options": z.enum(["nosniff"]).optional(),
  "X-XSS-Protection": z.union([headerText, z.number()]).transform(String).optional(),
  "Strict-Transport-Security": headerText.optional(),
});

const bcryptHash = secret()
  .refine((hash) => /^\$2[aby]?\$(?:0[4-9]|[12]\d|3[01])\$[./A-Za-z0-9]{53}$/.test(hash.reveal()), {
    message: "is no bcrypt hash; make one with htpasswd -nB",
  })
  .describe("a bcrypt hash, as htpasswd -nB makes it");

/**
 * The web configuration file that exporters of Prometheus's exporter-toolkit share.
 *
 * @see https://github.com/prometheus/exporter-toolkit/blob/master/docs/web-configuration.md
 */
export const webConfigSchema: z.ZodType<WebConfig> = z
  .strictObject({
    tls_server_config: tlsServerConfig.optional(),
    http_server_config: z
      .strictObject({ http2: z.boolean().default(true), headers: responseHeaders.default({}) })
      .default({ http2: true, headers: {} }),
    basic_auth_users: z
      .record(z.string().regex(/^[^:]*$/, "holds a colon, which no user's name may"), bcryptHash)
      .default({}),
    rate_limit: z
      .strictObject({ interval: goDuration().default(0), burst: z.int().nonnegative().default(0) })
      .refine(({ interval, burst }) => interval === 0 || burst !== 0, {
        path: ["burst"],
        message: "lets no request through at all; give a number above 0",
      })
      .default({ interval: 0, burst: 0 }),
  })
  .superRefine(({ tls_server_config: tls, http_server_config: http }, context) => {
    if (tls === undefined || !http.http2 || tls.min_version === "TLS13" || tls.cipher_suites.length === 0) return;
    if (tls.cipher_suites.some((suite) => http2CipherSuites.includes(suite))) return;
    context.addIssue({
      code: "custom",
      path: ["tls_server_config", "cipher_suites"],
      message: `has none that HTTP/2 requires; add ${http2CipherSuites.join(" or ")}, or set http_server_config.http2 to false`,
    });
  });
