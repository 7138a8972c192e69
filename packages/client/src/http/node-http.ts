/** A request as `node:http`, `node:http2` and what is built on them have it. */
export interface NodeRequest {
  readonly method?: string | undefined;
  /** The request's target: a path with a query, or a whole URL. */
  readonly url?: string | undefined;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly socket?: Connection | undefined;
  /** Whether Node.js has handed over its connection, such as for a WebSocket, and answers nothing itself. */
  readonly upgrade?: boolean | undefined;
}

/** A connection as `node:http` has it. */
interface Connection {
  readonly destroyed: boolean;
  once(event: "close", listener: () => void): unknown;
}

/** A response as `node:http`, `node:http2` and what is built on them have it. */
export interface NodeResponse {
  statusCode: number;
  readonly headersSent: boolean;
  /** Whether it is closed; `node:http2` says so of `stream`. */
  readonly destroyed?: boolean;
  readonly stream?: { readonly destroyed: boolean } | undefined;
  /** Null as long as `node:http` sends another response of the connection. */
  readonly socket?: unknown;
  writeHead(status: number, headers: Readonly<Record<string, string | number>>): unknown;
  write(chunk: Uint8Array, sent: () => void): unknown;
  end(): unknown;
  destroy(): unknown;
  on(event: "close", listener: () => void): unknown;
}

const switchingProtocols = 101;

/** Whether a response is closed, so that it tells of that no more. */
export function isClosed({ destroyed, stream }: NodeResponse): boolean {
  return destroyed === true || stream?.destroyed === true;
}

/** The status that the client got; undefined where it went before it got one. */
export function statusOf({ upgrade }: NodeRequest, { headersSent, statusCode }: NodeResponse): number | undefined {
  if (headersSent) return statusCode;
  // Who takes over the connection writes the answer to it, past the response.
  return upgrade === true ? switchingProtocols : undefined;
}

/**
 * Calls `listener` once the response is closed, or at once where it is, or its connection. A client of HTTP/1.1 may ask again
 * before it has been answered; responses that wait for the one before hear nothing from Node.js when the connection closes.
 */
export function onClosed({ socket }: NodeRequest, response: NodeResponse, listener: () => void): void {
  if (isClosed(response)) {
    listener();
    return;
  }
  if (response.socket !== null || socket === undefined) {
    response.on("close", listener);
    return;
  }
  const listeners = listenersOf(socket);
  const tell = (): void => {
    if (listeners.delete(tell)) listener();
  };
  listeners.add(tell);
  if (socket.destroyed) tell();
  else response.on("close", tell);
}

const closeListeners = new WeakMap<Connection, Set<() => void>>();

/** What is called when a connection closes, however much is asked over it. */
function listenersOf(socket: Connection): Set<() => void> {
  const known = closeListeners.get(socket);
  if (known !== undefined) return known;
  const listeners = new Set<() => void>();
  closeListeners.set(socket, listeners);
  socket.once("close", () => {
    for (const listener of listeners) listener();
  });
  return listeners;
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
