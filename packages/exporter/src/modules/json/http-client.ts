import { AccessTokens } from "./access-tokens.ts";
import { Connections, type Guard } from "./connections.ts";
import { exchange, type ExchangeLimits, type HttpAnswer, type HttpRequest } from "./exchange.ts";
import type { HttpSettings } from "./http-settings.ts";

/** What the clients of one module share: the access tokens, which are those of whoever the exporter is to all its targets. */
export class ClientTokens {
  readonly #connections: Connections;
  readonly tokens: AccessTokens | undefined;

  constructor(settings: HttpSettings) {
    // The configuration names the server of tokens, and no stranger.
    this.#connections = new Connections(settings);
    this.tokens = settings.oauth2 === undefined ? undefined : new AccessTokens(settings.oauth2, this.#connections);
  }

  async close(): Promise<void> {
    await this.#connections.close();
  }
}

/** Sends requests to one target, with credentials, over connections that are kept. */
export class HttpClient {
  readonly #settings: HttpSettings;
  readonly #connections: Connections;
  readonly #tokens: AccessTokens | undefined;

  constructor(settings: HttpSettings, { tokens }: ClientTokens, guard?: Guard) {
    this.#settings = settings;
    this.#connections = new Connections(settings, guard);
    this.#tokens = tokens;
  }

  /** Resolves to the answer, whatever its status. Rejects as `exchange()` does. */
  async send(request: HttpRequest, limits: ExchangeLimits): Promise<HttpAnswer> {
    const { basic_auth: basic, authorization } = this.#settings;
    if (this.#tokens !== undefined) return await this.#sendWithToken(this.#tokens, request, limits);
    if (basic !== undefined) {
      const pair = Buffer.from(`${basic.username}:${basic.password.reveal()}`).toString("base64");
      return await this.#sendAs(`Basic ${pair}`, request, limits);
    }
    if (authorization === undefined) return await exchange(this.#connections, request, limits);
    return await this.#sendAs(`${authorization.type} ${authorization.credentials.reveal()}`, request, limits);
  }

  /** Closes the connections. */
  async close(): Promise<void> {
    await this.#connections.close();
  }

  async #sendWithToken(tokens: AccessTokens, request: HttpRequest, limits: ExchangeLimits): Promise<HttpAnswer> {
    const token = await tokens.get(limits.signal);
    const answer = await this.#sendAs(`Bearer ${token}`, request, limits);
    if (answer.status !== 401) return answer;
    tokens.refuse(token);
    return await this.#sendAs(`Bearer ${await tokens.get(limits.signal)}`, request, limits);
  }

  async #sendAs(authorization: string, request: HttpRequest, limits: ExchangeLimits): Promise<HttpAnswer> {
    const headers = { ...request.headers, authorization };
    return await exchange(this.#connections, { ...request, headers }, limits);
  }
}
