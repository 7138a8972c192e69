import { z } from "zod";
import { filePath } from "../../config/file-path.ts";
import { secret } from "../../config/secret.ts";
import type { HttpSettings } from "./http-settings.ts";

function httpUrl(what: string): z.ZodType<string, string> {
  return z.string().superRefine((text, context) => {
    if (URL.canParse(text) && /^https?:\/\//i.test(text)) return;
    context.addIssue({ code: "custom", message: `is not ${what}; write it as in http://host:3128` });
  });
}

/** How a server is spoken to, by the names of Prometheus's own configuration. */
export const httpFields: { readonly [Name in keyof HttpSettings]-?: z.ZodType<HttpSettings[Name]> } = {
  basic_auth: z
    .strictObject({ username: z.string().default(""), password: secret() })
    .optional()
    .meta({ description: "A user name and password." }),
  authorization: z
    .strictObject({
      type: z
        .string()
        .regex(/^[\w-]+$/, "is no scheme; write it as in Bearer")
        .default("Bearer"),
      credentials: secret(),
    })
    .optional()
    .meta({ description: "The header Authorization: by default a bearer token." }),
  oauth2: z
    .strictObject({
      client_id: z.string().min(1),
      client_secret: secret(),
      token_url: httpUrl("an http:// or https:// URL"),
      scopes: z.array(z.string().min(1)).default([]),
      endpoint_params: z.record(z.string(), z.string()).default({}),
    })
    .optional()
    .meta({ description: "OAuth 2 with the credentials of a client." }),
  tls_config: z
    .strictObject({
      ca_file: filePath().optional().meta({ description: "The certificates that are trusted." }),
      cert_file: filePath().optional().meta({ description: "The certificate of the client." }),
      key_file: filePath().optional().meta({ description: "Its key." }),
      server_name: z
        .string()
        .min(1)
        .optional()
        .meta({ description: "The name that the server's certificate must have." }),
      insecure_skip_verify: z.boolean().default(false).meta({ description: "Whether any certificate is taken." }),
    })
    .refine(({ cert_file: cert, key_file: key }) => (cert === undefined) === (key === undefined), {
      message: "has one of cert_file and key_file; give both",
    })
    .optional()
    .meta({ description: "How TLS is spoken." }),
  proxy_url: httpUrl("the URL of a proxy").optional().meta({ description: "The proxy to go through." }),
};

/** The ways in which an exporter says who it is. */
const credentials = ["basic_auth", "authorization", "oauth2"] as const;

/** Whether there is more than one of them. */
export function hasTwoCredentials(settings: Readonly<Partial<Record<(typeof credentials)[number], unknown>>>): boolean {
  return credentials.filter((key) => settings[key] !== undefined).length > 1;
}

/** Settings of a target in place of those of its module. */
export function withOwnSettings<Settings extends Readonly<Record<string, unknown>>>(
  of: Settings,
  own: Settings,
): Settings {
  const others = credentials.some((key) => own[key] !== undefined) ? credentials : [];
  const kept = Object.entries(of).filter(([key]) => !others.some((other) => other === key));
  const given = Object.entries(own).filter(([, value]) => value !== undefined);
  return Object.fromEntries([...kept, ...given]) as Settings;
}
