import type { Secret } from "../../config/secret.ts";

/** Who the exporter says that it is. At most one is there. */
export interface Credentials {
  readonly basic_auth?: { readonly username: string; readonly password: Secret } | undefined;
  readonly authorization?: { readonly type: string; readonly credentials: Secret } | undefined;
  readonly oauth2?: OAuth2Settings | undefined;
}

/** OAuth 2 with the credentials of a client. @see https://www.rfc-editor.org/rfc/rfc6749#section-4.4 */
export interface OAuth2Settings {
  readonly client_id: string;
  readonly client_secret: Secret;
  readonly token_url: string;
  readonly scopes: readonly string[];
  readonly endpoint_params: Readonly<Record<string, string>>;
}

/** How TLS is spoken. The files are read again for each scrape. */
export interface TlsSettings {
  readonly ca_file?: string | undefined;
  readonly cert_file?: string | undefined;
  readonly key_file?: string | undefined;
  readonly server_name?: string | undefined;
  readonly insecure_skip_verify: boolean;
}

/** How a server is spoken to. */
export interface HttpSettings extends Credentials {
  readonly tls_config?: TlsSettings | undefined;
  /** The proxy, with its user and password if it has any. */
  readonly proxy_url?: string | undefined;
}
