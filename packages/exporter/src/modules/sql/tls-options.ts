import { readFile } from "node:fs/promises";
import type { TlsSettings } from "./connection-settings.ts";

/** What Node.js's TLS takes, but for the name that the certificate must have: each driver has that in its own way. */
export interface TlsOptions {
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
  readonly rejectUnauthorized: boolean;
}

/** Reads the files of TLS settings, so that a new connection has what they hold by now. */
export async function tlsOptions(tls: TlsSettings): Promise<TlsOptions> {
  const [ca, cert, key] = await Promise.all(
    [tls.ca_file, tls.cert_file, tls.key_file].map(async (file) =>
      file === undefined ? undefined : await readFile(file, "utf8"),
    ),
  );
  return {
    ...(ca !== undefined && { ca }),
    ...(cert !== undefined && { cert }),
    ...(key !== undefined && { key }),
    rejectUnauthorized: tls.insecure_skip_verify !== true,
  };
}
