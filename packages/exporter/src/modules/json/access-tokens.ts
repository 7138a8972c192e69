import { unlessAborted } from "../../scrape/unless-aborted.ts";
import type { Connections } from "./connections.ts";
import { exchange, type HttpAnswer } from "./exchange.ts";
import type { OAuth2Settings } from "./http-settings.ts";

interface Token {
  readonly text: string;
  /** `performance.now()` from which on it is not used. */
  readonly until: number;
}

/** A token is used no longer so many seconds before it expires. */
const marginSeconds = 10;
/** How long one is good of which the server does not say it. */
const defaultSeconds = 300;
/** How long it may take to fetch one. */
const longestSeconds = 10;
const longestAnswer = 64 * 1024;

/** The access tokens of a client of OAuth 2, each fetched once for as long as it is good. */
export class AccessTokens {
  readonly #settings: OAuth2Settings;
  readonly #connections: Connections;
  #token: Token | undefined;
  #fetching: Promise<Token> | undefined;
  /** Whether the server takes the client's secret in the body alone. */
  #isInBody = false;

  constructor(settings: OAuth2Settings, connections: Connections) {
    this.#settings = settings;
    this.#connections = connections;
  }

  /** A token that is good. Rejects with an error that quotes no secret. */
  async get(signal: AbortSignal): Promise<string> {
    if (this.#token === undefined || performance.now() >= this.#token.until) {
      // Several targets wait for it, and none of them alone says how long.
      this.#fetching ??= this.#fetch(AbortSignal.timeout(longestSeconds * 1000)).finally(() => {
        this.#fetching = undefined;
      });
      this.#token = await unlessAborted([signal], this.#fetching);
    }
    return this.#token.text;
  }

  /** A server did not take this one. */
  refuse(text: string): void {
    if (this.#token?.text === text) this.#token = undefined;
  }

  async #fetch(signal: AbortSignal): Promise<Token> {
    let answer = await this.#ask(signal);
    if ((answer.status === 400 || answer.status === 401) && !this.#isInBody) {
      this.#isInBody = true;
      answer = await this.#ask(signal);
      if (answer.status !== 200) this.#isInBody = false;
    }
    if (answer.status !== 200) throw failed(`it answered with status ${answer.status}`);
    const { access_token: text, expires_in: expires = defaultSeconds } = fieldsOf(answer);
    if (typeof text !== "string" || !/^[\u0021-\u007e]+$/.test(text)) throw failed("its answer has no access_token");
    const seconds = Number(expires);
    const good = Number.isFinite(seconds) ? Math.max(seconds - marginSeconds, seconds / 2) : defaultSeconds;
    return { text, until: performance.now() + good * 1000 };
  }

  async #ask(signal: AbortSignal): Promise<HttpAnswer> {
    const { client_id: id, client_secret: secret, token_url: url, scopes, endpoint_params: more } = this.#settings;
    const form = new URLSearchParams({ grant_type: "client_credentials", ...more });
    if (scopes.length > 0) form.set("scope", scopes.join(" "));
    const headers: Record<string, string> = {
      accept: "application/json",
      "content-type": "application/x-www-form-urlencoded",
    };
    if (this.#isInBody) {
      form.set("client_id", id);
      form.set("client_secret", secret.reveal());
    } else {
      const pair = `${encodeURIComponent(id)}:${encodeURIComponent(secret.reveal())}`;
      headers["authorization"] = `Basic ${Buffer.from(pair).toString("base64")}`;
    }
    const request = { method: "POST", url: new URL(url), headers, body: form.toString() };
    return await exchange(this.#connections, request, {
      signal,
      maxBytes: longestAnswer,
      maxRedirects: 0,
      isValid: isOk,
    });
  }
}

function isOk(status: number): boolean {
  return status === 200;
}

function fieldsOf({ body }: HttpAnswer): { access_token?: unknown; expires_in?: unknown } {
  try {
    return (JSON.parse(Buffer.from(body).toString()) ?? {}) as object;
  } catch {
    throw failed("its answer is not JSON");
  }
}

function failed(reason: string): Error {
  return new Error(`the token_url of oauth2 gave no token: ${reason}`);
}
