/** A request as `node:http`, `node:http2` and what is built on them have it. */
export interface NodeRequest {
  readonly method?: string | undefined;
  /** The request's target: a path with a query, or a whole URL. */
  readonly url?: string | undefined;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
}

/** A response as `node:http`, `node:http2` and what is built on them have it. */
export interface NodeResponse {
  statusCode: number;
  readonly headersSent: boolean;
  /** Whether it is closed; `node:http2` says so of `stream`. */
  readonly destroyed?: boolean;
  readonly stream?: { readonly destroyed: boolean } | undefined;
  writeHead(status: number, headers: Readonly<Record<string, string | number>>): unknown;
  write(chunk: Uint8Array, sent: () => void): unknown;
  end(): unknown;
  destroy(): unknown;
  on(event: "close", listener: () => void): unknown;
}

/** Whether a response is closed, so that it tells of that no more. */
export function isClosed({ destroyed, stream }: NodeResponse): boolean {
  return destroyed === true || stream?.destroyed === true;
}

/** The number of a Content-Length header; undefined where there is none, or it is not one. */
export function contentLength(header: string | null | undefined): number | undefined {
  return header != null && /^\d+$/.test(header) ? Number(header) : undefined;
}

/** The text of a header; that of the first where a request has it several times. */
export function headerOf({ headers }: NodeRequest, name: string): string | undefined {
  const value = headers[name];
  return typeof value === "string" ? value : value?.[0];
}
