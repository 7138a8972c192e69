import type { IncomingMessage, ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { isDeepStrictEqual } from "node:util";
import { messageOf } from "../exporter-error.ts";
import type { Logger } from "../logger.ts";
import type { Address } from "./address.ts";
import { BasicAuth } from "./basic-auth.ts";
import { Connections } from "./connections.ts";
import { createFront } from "./front.ts";
import { type Listener, listen } from "./listener.ts";
import { TokenBucket } from "./rate-limit.ts";
import type { WebConfigFile } from "./web-config-file.ts";
import { openSettings, type WebSettings } from "./web-settings.ts";

/** Answers a request. */
export type Handler = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

/** How a server is set up. */
export interface HttpServerOptions {
  /** Where it rejects, the client gets a plain 500 and the log gets the reason. */
  readonly handle: Handler;
  readonly logger: Logger;
  /** Who may ask, and how. Default: everybody, by plain HTTP. */
  readonly webConfig?: WebConfigFile | undefined;
  /** How many connections may be open. */
  readonly maxConnections: number;
}

/** How long an answer may be on its way once all of it has been handed over. */
const sendingSeconds = 20;

/** The headers of every response, unless the web configuration has others. */
const securityHeaders = { "X-Content-Type-Options": "nosniff", "X-Frame-Options": "deny" };

/** A server for HTTP and HTTPS on any number of addresses, which can be stopped without cutting off an answer. */
export class HttpServer {
  readonly #handle: Handler;
  readonly #logger: Logger;
  readonly #webConfig: WebConfigFile | undefined;
  readonly #connections: Connections;
  readonly #auth = new BasicAuth();
  readonly #listeners: Listener[] = [];
  #front: { readonly settings: WebSettings; readonly take: (socket: Socket) => void } | undefined;
  #bucket = new TokenBucket(openSettings.rateLimit);

  constructor({ handle, logger, webConfig, maxConnections }: HttpServerOptions) {
    this.#handle = handle;
    this.#logger = logger;
    this.#webConfig = webConfig;
    this.#connections = new Connections({ maxConnections });
  }

  /** Whether what it serves now is encrypted. */
  get scheme(): "http" | "https" {
    return this.#settings.tls === undefined ? "http" : "https";
  }

  /**
   * Listens on all addresses, and resolves to what it got. Rejects with an {@link ExporterError} that says why it cannot on
   * one of them, and listens on none then.
   */
  async listen(addresses: readonly Address[]): Promise<Address[]> {
    try {
      for (const address of addresses) {
        this.#listeners.push(await listen(address, (socket) => void this.#accept(socket)));
      }
    } catch (error) {
      await this.stop(0);
      throw error;
    }
    return this.#listeners.map(({ address }) => address);
  }

  /**
   * Refuses new connections and resolves when every request in flight has been answered, or `graceSeconds` have passed and
   * those that are left were cut off.
   */
  async stop(graceSeconds = 15): Promise<void> {
    for (const listener of this.#listeners) listener.close();
    await this.#connections.stop(graceSeconds);
    await this.#auth.stop();
  }

  get #settings(): WebSettings {
    return this.#webConfig?.settings ?? openSettings;
  }

  async #accept(socket: Socket): Promise<void> {
    if (!this.#connections.add(socket)) return;
    await this.#webConfig?.refresh();
    if (socket.destroyed) return;
    const settings = this.#settings;
    if (this.#front?.settings !== settings) this.#front = { settings, take: this.#createFront(settings) };
    this.#front.take(socket);
  }

  #createFront({ tls }: WebSettings): (socket: Socket) => void {
    return createFront(tls, {
      session: (socket, session) => this.#connections.talksHttp2(socket, session),
      request: (socket, request, response) => {
        this.#connections.asks(socket, response, () => request.socket.end());
        void this.#answer(request, response, socket.remoteAddress ?? "");
      },
    });
  }

  async #answer(request: IncomingMessage, response: ServerResponse, client: string): Promise<void> {
    let overdue: NodeJS.Timeout | undefined;
    let isOpen = true;
    response.once("close", () => {
      isOpen = false;
      clearTimeout(overdue);
    });
    try {
      await this.#webConfig?.refresh();
      // Who handles a request waits for its response to be closed; where it has been already, that would be for ever.
      if (isOpen && (await this.#admits(request, response, client)) && isOpen) await this.#handle(request, response);
    } catch (error) {
      if (isOpen) this.#fail(response, error);
    }
    if (isOpen) overdue = setTimeout(() => response.destroy(), sendingSeconds * 1000).unref();
  }

  #fail(response: ServerResponse, error: unknown): void {
    this.#logger.error({ error: messageOf(error) }, "request failed");
    if (response.headersSent) response.destroy();
    else refuse(response, 500, "Failed; the log says why.");
  }

  /** Whether a request may be answered; where it may not, it has been, with the reason. */
  async #admits(request: IncomingMessage, response: ServerResponse, client: string): Promise<boolean> {
    const { headers, users, rateLimit } = this.#settings;
    if (!isDeepStrictEqual(this.#bucket.limit, rateLimit)) this.#bucket = new TokenBucket(rateLimit);
    for (const [name, value] of Object.entries({ ...securityHeaders, ...headers })) {
      if (value) response.setHeader(name, value);
    }
    // What follows the headers is a body that nobody reads.
    if (request.httpVersionMajor === 1 && hasBody(request)) response.shouldKeepAlive = false;
    if (!this.#bucket.take()) {
      refuse(response, 429, "Too many requests; try again later.");
      return false;
    }
    const verdict = users.size === 0 ? "known" : await this.#auth.check(request.headers.authorization, users, client);
    if (verdict === "busy") refuse(response, 503, "Too many passwords are being checked; try again later.");
    if (verdict === "unknown") {
      response.setHeader("WWW-Authenticate", 'Basic realm="metrics", charset="UTF-8"');
      refuse(response, 401, "Unauthorized: give the name and password of a user.");
    }
    return verdict === "known";
  }
}

function hasBody({ headers }: IncomingMessage): boolean {
  return headers["transfer-encoding"] !== undefined || Number(headers["content-length"] ?? 0) > 0;
}

function refuse(response: ServerResponse, status: number, sentence: string): void {
  const body = `${sentence}\n`;
  response.writeHead(status, {
    "Content-Type": "text/plain; charset=utf-8",
    "Content-Length": Buffer.byteLength(body),
  });
  response.end(body);
}
