import { readFile } from "node:fs/promises";
import type { LookupFunction } from "node:net";
import type { Dispatcher } from "undici";
import { messageOf } from "../../exporter-error.ts";
import type { HttpSettings, TlsSettings } from "./http-settings.ts";

/** Holds a client to what it may connect to. */
export interface Guard {
  /** Throws where the URL may not be fetched. */
  checkUrl(url: URL): void;
  /** What resolves the host to addresses that were checked. Throws where it may not be connected to. */
  lookup(host: string, port: number): LookupFunction;
}

/** How many connections there are to an origin at most. */
const mostConnections = 4;
/** How long one is kept: longer than most scrape intervals. */
const keepAliveMs = 90_000;
const connectTimeoutMs = 10_000;

interface TlsOptions {
  readonly ca?: string | undefined;
  readonly cert?: string | undefined;
  readonly key?: string | undefined;
  readonly servername?: string | undefined;
  readonly rejectUnauthorized: boolean;
}

/** The connections to one target, which are kept from scrape to scrape. Certificates that change make new ones. */
export class Connections {
  readonly #settings: HttpSettings;
  readonly #guard: Guard | undefined;
  #made: { readonly dispatcher: Promise<Dispatcher>; readonly with: string } | undefined;

  /** Without a guard it may connect to whatever it is asked to. */
  constructor(settings: HttpSettings, guard?: Guard) {
    this.#settings = settings;
    this.#guard = guard;
  }

  /** Throws where the URL may not be fetched. */
  check(url: URL): void {
    this.#guard?.checkUrl(url);
  }

  /** What sends requests. Rejects if a file of `tls_config` cannot be read. */
  async dispatcher(): Promise<Dispatcher> {
    const tls = await tlsOptions(this.#settings.tls_config);
    const madeWith = JSON.stringify(tls);
    if (this.#made?.with !== madeWith) {
      const before = this.#made?.dispatcher;
      this.#made = { dispatcher: this.#make(tls), with: madeWith };
      // What it is still asked for it answers.
      void before?.then((dispatcher) => dispatcher.close()).catch(() => {});
    }
    return await this.#made.dispatcher;
  }

  /** Closes them. */
  async close(): Promise<void> {
    const made = this.#made;
    this.#made = undefined;
    await (await made?.dispatcher)?.destroy();
  }

  async #make(tls: TlsOptions): Promise<Dispatcher> {
    // Takes a while to load, and many exporters fetch nothing.
    const { Agent, ProxyAgent, buildConnector } = await import("undici");
    const limits = { connections: mostConnections, keepAliveTimeout: keepAliveMs, keepAliveMaxTimeout: keepAliveMs };
    const { proxy_url: uri } = this.#settings;
    if (uri !== undefined) {
      // Proxies mostly allow tunnels to HTTPS alone, and read what is plain.
      return new ProxyAgent({ uri, requestTls: tls, proxyTunnel: false, ...limits });
    }
    const guard = this.#guard;
    return new Agent({
      ...limits,
      connect: (options, callback) => {
        try {
          const port = Number(options.port) || (options.protocol === "https:" ? 443 : 80);
          const lookup = guard?.lookup(options.hostname.replace(/^\[(.*)\]$/, "$1"), port);
          const connector = buildConnector({ ...tls, timeout: connectTimeoutMs, ...(lookup && { lookup }) });
          connector(tls.servername === undefined ? options : { ...options, servername: tls.servername }, callback);
        } catch (error) {
          callback(error as Error, null);
        }
      },
    });
  }
}

async function tlsOptions(settings: TlsSettings | undefined): Promise<TlsOptions> {
  const read = async (name: "ca_file" | "cert_file" | "key_file"): Promise<string | undefined> => {
    const file = settings?.[name];
    if (file === undefined) return undefined;
    try {
      return await readFile(file, "utf8");
    } catch (error) {
      throw new Error(`${name} cannot be read: ${messageOf(error)}`, { cause: error });
    }
  };
  const [ca, cert, key] = await Promise.all([read("ca_file"), read("cert_file"), read("key_file")]);
  return {
    ...(ca !== undefined && { ca }),
    ...(cert !== undefined && { cert }),
    ...(key !== undefined && { key }),
    ...(settings?.server_name !== undefined && { servername: settings.server_name }),
    rejectUnauthorized: settings?.insecure_skip_verify !== true,
  };
}
