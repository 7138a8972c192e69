import { messageOf } from "../../exporter-error.ts";
import type { Connections } from "./connections.ts";
import { acceptedEncodings, readBody } from "./read-body.ts";

/** A request with all that it says. */
export interface HttpRequest {
  readonly method: string;
  readonly url: URL;
  /** By name in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | undefined;
}

/** What limits an exchange. */
export interface ExchangeLimits {
  readonly signal: AbortSignal;
  readonly maxBytes: number;
  /** How many redirects are followed, all within the origin. */
  readonly maxRedirects: number;
  /** Whether a status is that of an answer. */
  readonly isValid: (status: number) => boolean;
}

/** An answer of a server. */
export interface HttpAnswer {
  readonly status: number;
  /** By name in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** Empty where the status is not valid. */
  readonly body: Uint8Array;
  /** Where it came from in the end. */
  readonly url: URL;
}

/** Of what is not read of an answer, so much is read nevertheless to keep the connection. */
const mostDumpedBytes = 64 * 1024;

/** A URL as messages have it: its query may be secret. */
export function shownUrl({ origin, pathname }: URL): string {
  return origin + pathname;
}

/** Sends a request and follows redirects. Rejects with an error that names the URL where there is no answer, or passes a limit. */
export async function exchange(
  connections: Connections,
  request: HttpRequest,
  limits: ExchangeLimits,
): Promise<HttpAnswer> {
  let hop = request;
  for (let redirects = 0; ; redirects++) {
    const answer = await sendTwice(connections, hop, limits);
    const location = [301, 302, 303, 307, 308].includes(answer.status) ? answer.headers["location"] : undefined;
    if (location === undefined || limits.isValid(answer.status)) return answer;
    if (redirects >= limits.maxRedirects) {
      const remedy = limits.maxRedirects === 0 ? "set follow_redirects, or url to where it leads" : "correct url";
      throw new Error(`${shownUrl(hop.url)} redirected ${redirects + 1} times; ${remedy}`);
    }
    hop = redirected(hop, answer.status, location);
  }
}

/** What goes to where a redirect leads. Who it leads to elsewhere is not told what we tell this server. */
function redirected(hop: HttpRequest, status: number, location: string): HttpRequest {
  if (!URL.canParse(location, hop.url.href)) throw new Error(`${shownUrl(hop.url)} redirects to what is no URL`);
  const url = new URL(location, hop.url);
  if (url.origin !== hop.url.origin || url.username !== "" || url.password !== "") {
    throw new Error(
      `${shownUrl(hop.url)} redirects to another origin, ${url.origin}; set url to there, if it is to be trusted`,
    );
  }
  const becomesGet = status === 303 ? hop.method !== "HEAD" : status <= 302 && hop.method === "POST";
  return becomesGet ? { ...hop, method: "GET", url, body: undefined } : { ...hop, url };
}

/** A server may close a connection that it kept just when we use it; then a new one is tried, where asking twice does no harm. */
async function sendTwice(connections: Connections, request: HttpRequest, limits: ExchangeLimits): Promise<HttpAnswer> {
  try {
    return await send(connections, request, limits);
  } catch (error) {
    limits.signal.throwIfAborted();
    const code = codeOf(error);
    const isReset = code === "UND_ERR_SOCKET" || code === "ECONNRESET" || code === "EPIPE";
    const isSafe = request.method === "GET" || request.method === "HEAD";
    if (!isReset || !isSafe || error instanceof BrokenBody) throw failure(request.url, error);
  }
  try {
    return await send(connections, request, limits);
  } catch (error) {
    limits.signal.throwIfAborted();
    throw failure(request.url, error);
  }
}

/** An answer began, and did not end well. */
class BrokenBody extends Error {}

async function send(
  connections: Connections,
  { method, url, headers, body }: HttpRequest,
  { signal, maxBytes, isValid }: ExchangeLimits,
): Promise<HttpAnswer> {
  connections.check(url);
  const dispatcher = await connections.dispatcher();
  signal.throwIfAborted();
  const response = await dispatcher.request({
    origin: url.origin,
    path: url.pathname + url.search,
    method,
    headers: { "accept-encoding": acceptedEncodings, ...headers },
    body: body ?? null,
    signal,
    // The signal sees to all of them.
    headersTimeout: 0,
    bodyTimeout: 0,
  });
  // Whoever reads it is told, too; but where nobody does, a failure would end the process.
  response.body.on("error", () => {});
  const { statusCode: status, headers: given } = response;
  const known = Object.fromEntries(
    Object.entries(given).map(([name, value]) => [name, Array.isArray(value) ? value.join(", ") : (value ?? "")]),
  );
  if (!isValid(status)) {
    await response.body.dump({ limit: mostDumpedBytes, signal }).catch(() => {});
    return { status, headers: known, body: new Uint8Array(), url };
  }
  try {
    const read = await readBody(response.body, known["content-encoding"] ?? "", { maxBytes, signal });
    return { status, headers: known, body: read, url };
  } catch (error) {
    throw new BrokenBody(messageOf(error), { cause: error });
  }
}

function codeOf(error: unknown): unknown {
  return (error as { code?: unknown } | undefined)?.code;
}

function failure(url: URL, error: unknown): Error {
  return new Error(`${shownUrl(url)}: ${messageOf(error)}`, { cause: error });
}
