import type { Agent } from "undici";
import { ExporterError } from "../exporter-error.ts";
import { version } from "../version.ts";
import { boundedBody } from "./bounded-body.ts";
import { failed, failureOf } from "./fetch-failure.ts";
import type { TargetGuard } from "./target-guard.ts";
import { type Target, targetOfUrl } from "./target.ts";

/** A request of a probe. */
export interface GuardedRequest {
  /** Default: GET. */
  readonly method?: string | undefined;
  /** On a redirect to another origin only `Accept`, `Accept-Language` and `User-Agent` go along: others may be secret. */
  readonly headers?: Readonly<Record<string, string>> | Headers | undefined;
  readonly body?: string | Uint8Array<ArrayBuffer> | undefined;
  /** Aborts the request, as does the end of the probe and of the scrape's time. */
  readonly signal?: AbortSignal | undefined;
  /** `manual` returns the redirect itself. Default: `follow`. */
  readonly redirect?: "follow" | "manual" | undefined;
  /** How many redirects are followed; one more is an error. Default: 5. */
  readonly maxRedirects?: number | undefined;
  /** How many bytes the body may have once it is decompressed; reading more is an error. Default: 10 MiB. */
  readonly maxBodyBytes?: number | undefined;
}

/**
 * `fetch` for probes: every address that it connects to, those of redirects included, is one that the exporter's
 * {@link TargetRules} allow. Rejects with an {@link ExporterError} `target_refused` or `invalid_target` where it is not,
 * and `fetch_failed` where there is no answer or a limit is passed; with the signal's reason where that aborts. A body that
 * is too large fails where it is read.
 */
export type GuardedFetch = (url: string | URL, request?: GuardedRequest) => Promise<Response>;

const headersForOthers = new Set(["accept", "accept-language", "user-agent"]);

/** Connections to targets, kept for the next probe. */
export class GuardedHttp {
  readonly #guard: TargetGuard;
  #agent: Agent | undefined;

  constructor(guard: TargetGuard) {
    this.#guard = guard;
  }

  /** See {@link GuardedFetch}. `signal` ends the request and the reading of its body. */
  async fetch(url: string | URL, request: GuardedRequest, signal: AbortSignal): Promise<Response> {
    const { maxRedirects = 5, maxBodyBytes = 10 * 1024 * 1024 } = request;
    const signals = request.signal === undefined ? signal : AbortSignal.any([signal, request.signal]);
    const headers = new Headers(request.headers);
    if (!headers.has("user-agent")) headers.set("user-agent", `exporterkit/${version}`);
    let target = this.#check(url);
    let hop: Hop = { method: request.method?.toUpperCase() ?? "GET", headers, body: request.body };
    for (let redirects = 0; ; redirects++) {
      const response = await this.#send(target, hop, signals);
      const location = request.redirect === "manual" ? undefined : locationOf(response);
      if (location === undefined) return boundedBody(response, target, maxBodyBytes);
      await response.body?.cancel().catch(() => {});
      if (redirects >= maxRedirects) {
        throw failed(target, `it redirected more than ${maxRedirects} times; set maxRedirects if it has to`);
      }
      const next = this.#check(location, target);
      hop = redirected(hop, response.status, target, next);
      target = next;
    }
  }

  /** Closes the connections. */
  async close(): Promise<void> {
    await this.#agent?.destroy();
  }

  #check(url: string | URL, from?: Target): Target & { url: URL } {
    // What cannot be read may have a password in it, and is not shown.
    if (!URL.canParse(String(url), from?.url?.href)) {
      throw new ExporterError(
        "invalid_target",
        `${from === undefined ? "What the probe fetches" : `What ${from.shown} redirects to`} is no URL: give an http:// or https:// one.`,
      );
    }
    const parsed = new URL(String(url), from?.url?.href);
    const target = targetOfUrl(parsed);
    this.#guard.check(target);
    return { ...target, url: parsed };
  }

  async #send(target: Target & { url: URL }, { method, headers, body }: Hop, signal: AbortSignal): Promise<Response> {
    signal.throwIfAborted();
    // Takes a while to load, and many exporters probe nothing.
    const { Agent, buildConnector, fetch } = await import("undici");
    this.#agent ??= new Agent({
      connect: (options, callback) => {
        try {
          const secure = options.protocol === "https:";
          const port = Number(options.port) || (secure ? 443 : 80);
          const { lookup } = this.#guard.connection(options.hostname.replace(/^\[(.*)\]$/, "$1"), port);
          buildConnector({ lookup })(options, callback);
        } catch (error) {
          callback(error as Error, null);
        }
      },
    });
    try {
      const response = await fetch(target.url, {
        method,
        headers: [...headers],
        ...(body !== undefined && { body }),
        redirect: "manual",
        signal,
        dispatcher: this.#agent,
      });
      return response;
    } catch (error) {
      signal.throwIfAborted();
      throw failureOf(target, error);
    }
  }
}

/** What one of the requests of a chain of redirects sends. */
interface Hop {
  readonly method: string;
  readonly headers: Headers;
  readonly body: GuardedRequest["body"];
}

function locationOf({ status, headers }: Response): string | undefined {
  const isRedirect = status === 301 || status === 302 || status === 303 || status === 307 || status === 308;
  return isRedirect ? (headers.get("location") ?? undefined) : undefined;
}

/** What goes to the place of a redirect. @see https://fetch.spec.whatwg.org/#http-redirect-fetch */
function redirected({ method, headers, body }: Hop, status: number, from: Target, to: Target): Hop {
  const becomesGet = status === 303 ? method !== "GET" && method !== "HEAD" : status <= 302 && method === "POST";
  const isOther = from.url?.origin !== to.url?.origin;
  const left = new Headers(
    [...headers].filter(
      ([name]) => !(becomesGet && name.startsWith("content-")) && (!isOther || headersForOthers.has(name)),
    ),
  );
  if (isOther && body !== undefined && !becomesGet) {
    throw failed(from, `it redirected a request with a body to another origin, ${to.shown}; send it there directly`);
  }
  return becomesGet ? { method: "GET", headers: left, body: undefined } : { method, headers: left, body };
}
