import type { ServerResponse } from "node:http";
import type { Http2ServerResponse, ServerHttp2Session } from "node:http2";
import type { Socket } from "node:net";

/** An answer that is on its way, by whichever version of HTTP. */
export type Response = ServerResponse | Http2ServerResponse;

/** What bounds the connections of a server. */
export interface ConnectionLimits {
  /** How many may be open. */
  readonly maxConnections: number;
  /** How long one may take for its first request, the handshake of TLS included. Default: 10. */
  readonly firstRequestSeconds?: number;
  /** How long one may be kept for the next request. Default: {@link keepAliveSeconds}. */
  readonly idleSeconds?: number;
}

/** Longer than most scrape intervals, so that a scrape hardly ever waits for a handshake. */
export const keepAliveSeconds = 75;

interface Connection {
  /** Closes the connection, unless a request comes before. */
  timer: NodeJS.Timeout | undefined;
  /** What is still to be answered or sent. */
  readonly responses: Set<Response>;
  /** Of HTTP/2. */
  session: ServerHttp2Session | undefined;
}

/**
 * The open connections of a server. Whoever opens more than it may have only closes those that ask nothing, the one that has
 * been silent for longest first, so that a flood of them does not stop those who ask.
 */
export class Connections {
  readonly #maxConnections: number;
  readonly #firstRequestSeconds: number;
  readonly #idleSeconds: number;
  /** Those that have something to answer stand behind those that have been silent for longer. */
  readonly #open = new Map<Socket, Connection>();
  #stopped: (() => void) | undefined;

  constructor({ maxConnections, firstRequestSeconds = 10, idleSeconds = keepAliveSeconds }: ConnectionLimits) {
    this.#maxConnections = maxConnections;
    this.#firstRequestSeconds = firstRequestSeconds;
    this.#idleSeconds = idleSeconds;
  }

  /** How many are open. */
  get size(): number {
    return this.#open.size;
  }

  /** Takes a new connection, or destroys it and returns false where there is no room. */
  add(socket: Socket): boolean {
    if (this.#stopped !== undefined || (this.#open.size >= this.#maxConnections && !this.#makeRoom())) {
      socket.destroy();
      return false;
    }
    const connection: Connection = { timer: undefined, responses: new Set(), session: undefined };
    this.#open.set(socket, connection);
    this.#await(socket, connection, this.#firstRequestSeconds);
    socket.once("close", () => this.#forget(socket));
    return true;
  }

  /** Takes down that a connection talks HTTP/2. */
  talksHttp2(socket: Socket, session: ServerHttp2Session): void {
    const connection = this.#open.get(socket);
    if (connection !== undefined) connection.session = session;
  }

  /** Takes down that a connection has asked something. `end` ends it once all is sent. */
  asks(socket: Socket, response: Response, end: () => void): void {
    const connection = this.#open.get(socket);
    if (connection === undefined) return;
    clearTimeout(connection.timer);
    connection.responses.add(response);
    response.once("close", () => {
      connection.responses.delete(response);
      if (connection.responses.size > 0 || !this.#open.has(socket)) return;
      if (this.#stopped !== undefined) {
        if (connection.session === undefined) end();
        return;
      }
      this.#open.delete(socket);
      this.#open.set(socket, connection);
      this.#await(socket, connection, this.#idleSeconds);
    });
  }

  /**
   * Takes no more, and resolves when every request has been answered, or `graceSeconds` have passed and those that are left
   * were cut off.
   */
  stop(graceSeconds: number): Promise<void> {
    return new Promise((resolve) => {
      const cut = setTimeout(() => {
        for (const socket of this.#open.keys()) socket.destroy();
      }, graceSeconds * 1000);
      this.#stopped = () => {
        clearTimeout(cut);
        resolve();
      };
      for (const [socket, { responses, session }] of this.#open) {
        // Tells the client which of its requests are answered, and closes once they are.
        if (session !== undefined) session.close();
        else if (responses.size === 0) socket.destroy();
      }
      if (this.#open.size === 0) this.#stopped();
    });
  }

  #await(socket: Socket, connection: Connection, seconds: number): void {
    connection.timer = setTimeout(() => socket.destroy(), seconds * 1000).unref();
  }

  #makeRoom(): boolean {
    for (const isDispensable of [isSilent, onlySends]) {
      for (const [socket, connection] of this.#open) {
        if (!isDispensable(connection)) continue;
        this.#forget(socket);
        socket.destroy();
        return true;
      }
    }
    return false;
  }

  #forget(socket: Socket): void {
    clearTimeout(this.#open.get(socket)?.timer);
    this.#open.delete(socket);
    if (this.#open.size === 0) this.#stopped?.();
  }
}

function isSilent({ responses }: Connection): boolean {
  return responses.size === 0;
}

/** Whether the client alone is waited for, which does not read its answers. */
function onlySends({ responses }: Connection): boolean {
  return [...responses].every((response) => response.writableEnded);
}
