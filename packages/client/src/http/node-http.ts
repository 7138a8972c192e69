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
  readonly destroyed: boolean;
  writeHead(status: number, headers: Readonly<Record<string, string | number>>): unknown;
  write(chunk: Uint8Array, sent: () => void): unknown;
  end(): unknown;
  destroy(): unknown;
  on(event: "close", listener: () => void): unknown;
}

/** The text of a header; that of the first where a request has it several times. */
export function headerOf({ headers }: NodeRequest, name: string): string | undefined {
  const value = headers[name];
  return typeof value === "string" ? value : value?.[0];
}
