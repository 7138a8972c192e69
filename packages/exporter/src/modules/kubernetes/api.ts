import { type IncomingMessage, request as httpRequest } from "node:http";
import { request as httpsRequest, type RequestOptions } from "node:https";
import { messageOf } from "../../exporter-error.ts";
import { unlessAborted } from "../../scrape/unless-aborted.ts";
import { within } from "../../scrape/within.ts";
import { version } from "../../version.ts";
import { ApiFailure, type StatusObject, statusText } from "./api-failure.ts";
import type { Access, Connection } from "./connection.ts";

/** What is asked of the API server. */
export interface ApiRequest {
  /** Such as `/api/v1/pods`, with its query. */
  readonly path: string;
  readonly accept?: string | undefined;
  /** Milliseconds of silence after which it is given up, before and within the answer; to have credentials may take as long. */
  readonly silenceMilliseconds: number;
  /** The same within the answer, where that is another time: a watch is silent for long. */
  readonly bodySilenceMilliseconds?: number;
  /** Ends it. */
  readonly signal: AbortSignal;
}

/** An answer with a status of success, whose body is read as it comes. */
export interface ApiAnswer {
  /** Throws an {@link ApiFailure} where the connection breaks, is silent for too long or ends too soon. */
  readonly body: AsyncIterable<Buffer>;
  /** The server's clock, in milliseconds since 1970, if it tells. */
  readonly date: number | undefined;
}

const longestStatusBytes = 65_536;

/** Asks an API server. */
export class Api {
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  /** Resolves to the beginning of an answer. Rejects with an {@link ApiFailure}, or the signal's reason. */
  async get({ path, ...request }: ApiRequest): Promise<ApiAnswer> {
    const access = await this.access(request);
    const { server, agent, headers, auth } = access;
    try {
      return await get(`${server}${path}`, { ...request, headers, options: { agent, ...(auth && { auth }) } });
    } catch (error) {
      if (error instanceof ApiFailure && error.status === 401) await this.#renew();
      throw error;
    }
  }

  /** What a request to another server of the cluster is made with. Rejects with an {@link ApiFailure}, or the signal's reason. */
  async access({ silenceMilliseconds, signal }: Omit<ApiRequest, "path">): Promise<Access> {
    signal.throwIfAborted();
    const access = this.#connection.access();
    try {
      // A program that is to give a token may hang.
      await unlessAborted([signal], within(access, silenceMilliseconds / 1000));
      return await access;
    } catch (error) {
      signal.throwIfAborted();
      throw new ApiFailure(`no credentials: ${firstLine(error)}`, { reason: "credentials" });
    }
  }

  // Why they cannot be read is told by the next request.
  async #renew(): Promise<void> {
    await this.#connection.load().catch(() => {});
  }
}

// A plugin's last words may be long; what is said of its JSON quotes the token in it.
function firstLine(error: unknown): string {
  if (error instanceof SyntaxError) return "what the credential plugin printed is no JSON";
  return messageOf(error).split("\n", 1)[0]!.slice(0, 300);
}

/** What {@link get} needs besides the URL. */
interface GetOptions extends Omit<ApiRequest, "path"> {
  readonly headers: Readonly<Record<string, string>>;
  readonly options: RequestOptions;
}

/** Asks any server of a cluster. */
export async function get(
  url: string,
  { accept = "application/json", silenceMilliseconds, bodySilenceMilliseconds, signal, headers, options }: GetOptions,
): Promise<ApiAnswer> {
  signal.throwIfAborted();
  const make = url.startsWith("http:") ? httpRequest : httpsRequest;
  const sent = { ...headers, accept, "user-agent": `exporterkit/${version}` };
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    const request = make(url, { ...options, headers: sent, signal }, resolve);
    const timer = setTimeout(() => request.destroy(silent(silenceMilliseconds)), silenceMilliseconds);
    request.on("error", reject).on("close", () => clearTimeout(timer));
    request.on("response", () => clearTimeout(timer)).end();
  }).catch((error: unknown) => {
    throw failureOf(error, signal);
  });
  const body = bodyOf(response, bodySilenceMilliseconds ?? silenceMilliseconds, signal);
  if (response.statusCode === 200) return { body, date: Date.parse(response.headers.date ?? "") || undefined };
  throw await refusalOf(response, body);
}

async function* bodyOf(
  response: IncomingMessage,
  silenceMilliseconds: number,
  signal: AbortSignal,
): AsyncGenerator<Buffer> {
  const timer = setTimeout(() => response.destroy(silent(silenceMilliseconds)), silenceMilliseconds);
  try {
    for await (const chunk of response) {
      timer.refresh();
      yield chunk as Buffer;
      timer.refresh();
    }
  } catch (error) {
    throw failureOf(error, signal);
  } finally {
    clearTimeout(timer);
    response.destroy();
  }
}

function silent(milliseconds: number): ApiFailure {
  return new ApiFailure(`no answer within ${milliseconds / 1000} s`, { reason: "timeout" });
}

function failureOf(error: unknown, signal: AbortSignal): unknown {
  if (signal.aborted) return signal.reason;
  return error instanceof ApiFailure ? error : new ApiFailure(messageOf(error), { cause: error });
}

async function refusalOf(response: IncomingMessage, body: AsyncIterable<Buffer>): Promise<ApiFailure> {
  const status = response.statusCode ?? 0;
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of body) {
      chunks.push(chunk);
      size += chunk.length;
      if (size > longestStatusBytes) break;
    }
  } catch {
    // What has come may do.
  }
  const retryAfter = Number(response.headers["retry-after"]);
  return new ApiFailure(`${status} ${textOf(Buffer.concat(chunks).toString(), response)}`, {
    status,
    ...(retryAfter > 0 && { retryAfterSeconds: Math.min(retryAfter, 120) }),
  });
}

function textOf(body: string, { statusMessage = "" }: IncomingMessage): string {
  try {
    const object = JSON.parse(body) as StatusObject;
    return object.kind === "Status" ? statusText(object) : statusMessage;
  } catch {
    // Kubelets answer in plain text.
    return body.trim() === "" || body.includes("<") ? statusMessage : body.trim().slice(0, 300);
  }
}
