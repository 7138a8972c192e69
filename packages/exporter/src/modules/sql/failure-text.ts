import { ExporterError, messageOf } from "../../exporter-error.ts";
import type { ConnectionSettings } from "./connection-settings.ts";

/** What drivers and servers say in words of their own, by the code. */
const sentences: Readonly<Record<string, string>> = {
  ECONNREFUSED: "nothing listens where it should be; start it, or correct its host and port",
  ENOENT: "there is no such socket or file; start it, or correct the path",
  ENOTFOUND: "its host name is not known; correct it",
  EAI_AGAIN: "its host name cannot be looked up at present",
  ETIMEDOUT: "connecting takes too long",
  ECONNRESET: "the connection was cut off",
  EPIPE: "the connection was cut off",
  PROTOCOL_CONNECTION_LOST: "the connection was cut off",
  ER_ACCESS_DENIED_ERROR: "it takes no such user, or another password",
  ER_DBACCESS_DENIED_ERROR: "the user may not use the database",
  ER_BAD_DB_ERROR: "there is no such database; correct its name",
  "28000": "it takes no such user from here; see pg_hba.conf",
  "28P01": "it takes no such user, or another password",
  "3D000": "there is no such database; correct its name",
  "57P01": "it is shutting down",
  "57P03": "it is starting or shutting down",
};

const longest = 300;
/** How much of a text is looked at for addresses. */
const looked = 4000;
/** A text that is shorter may be found in any sentence: then nothing of it is told. */
const shortest = 4;

/** Why something failed, without what must not be known: user, password, host, and what else the connection is made with. */
export function failureText(error: unknown, settings: ConnectionSettings): string {
  const code = codeOf(error);
  const known = sentences[code];
  if (known !== undefined) return known;
  const message = messageOf(error);
  if (error instanceof ExporterError) return message;
  const told = withoutSecrets(message, secretsOf(settings));
  if (told === undefined)
    return `an error that may quote a password${/^\w{1,40}$/.test(code) ? `, with the code ${code}` : ""}`;
  return told.replaceAll(/\s+/g, " ").slice(0, longest);
}

function codeOf(error: unknown): string {
  const { code, errors } = (error ?? {}) as { code?: unknown; errors?: readonly { code?: unknown }[] };
  return String(code ?? errors?.[0]?.code ?? "");
}

function secretsOf({ host, user, password, socket }: ConnectionSettings): { secret?: string; others: string[] } {
  return { secret: password?.reveal() ?? "", others: [host, user, socket].filter((each) => each !== undefined) };
}

/** Undefined where too little would be left out to be safe. */
function withoutSecrets(text: string, { secret = "", others }: ReturnType<typeof secretsOf>): string | undefined {
  let told = text;
  for (const each of new Set([secret, encodeURIComponent(secret), Buffer.from(secret).toString("base64")])) {
    if (each === "" || !told.includes(each)) continue;
    if (each.length < shortest) return undefined;
    told = told.replaceAll(each, "…");
  }
  for (const each of others.toSorted((a, b) => b.length - a.length)) {
    // Whole words: a user "a" is no reason to take each a out of a sentence.
    const escaped = each.replaceAll(/[\\^$.*+?()[\]{}|/-]/g, "\\$&");
    told = told.replaceAll(new RegExp(`(?<![\\w.-])${escaped}(?![\\w-]|\\.\\w)`, "gi"), "…");
  }
  return withoutAddresses(told);
}

/** Leaves out whole addresses, whoever they belong to, in a time that grows no faster than the text. */
function withoutAddresses(text: string): string {
  const told = text.length > looked ? text.slice(0, looked).replace(/(?<!\S)\S+$/, "…") : text;
  return told.replaceAll(/\b[a-z][a-z0-9+]{0,30}:\/\/\S+/gi, "…").replaceAll(/(?<!\S)\S*@\S*/g, "…");
}
