import { createServer as createHttpServer, type IncomingMessage, type ServerResponse } from "node:http";
import { createSecureServer, type ServerHttp2Session } from "node:http2";
import { createServer as createHttpsServer } from "node:https";
import type { Server, Socket } from "node:net";
import type { TLSSocket } from "node:tls";
import { admits } from "./client-certificate.ts";
import { keepAliveSeconds } from "./connections.ts";
import type { TlsSettings } from "./tls-settings.ts";

/** What happens on the connections that a front serves, each of them told as it was handed over. */
export interface FrontEvents {
  /** A request, of either version of HTTP. */
  readonly request: (socket: Socket, request: IncomingMessage, response: ServerResponse) => void;
  /** A connection talks HTTP/2. */
  readonly session: (socket: Socket, session: ServerHttp2Session) => void;
}

const mostHeaderBytes = 16 * 1024;

/**
 * What speaks HTTP on connections that others accept: plain, or by TLS with HTTP/2 for those that like it. It has no address
 * and no state but its settings, so that new settings are a new front, and the connections of the old one stay as they are.
 */
export function createFront(tls: TlsSettings | undefined, events: FrontEvents): (socket: Socket) => void {
  const http1 = { maxHeaderSize: mostHeaderBytes, keepAliveTimeout: keepAliveSeconds * 1000 };
  const refused = new WeakSet<Socket>();
  const onRequest = (request: IncomingMessage, response: ServerResponse): void => {
    const socket = handedOver(request.socket);
    if (!refused.has(socket)) events.request(socket, request, response);
  };
  const front = ((): Server => {
    if (tls === undefined) return createHttpServer(http1, onRequest);
    const options = {
      ...tls.context,
      requestCert: tls.clientAuth !== "NoClientCert",
      rejectUnauthorized: tls.clientAuth === "RequireAndVerifyClientCert",
    };
    if (!tls.http2) return createHttpsServer({ ...options, ...http1 }, onRequest);
    const settings = { maxConcurrentStreams: 10, maxHeaderListSize: mostHeaderBytes };
    const http2 = { allowHTTP1: true, settings, maxSessionMemory: 2 };
    return createSecureServer({ ...options, ...http2 }, onRequest as never);
  })();
  // A body is not waited for: nothing here takes one.
  front.on("checkContinue", onRequest);
  front.on("session", (session: ServerHttp2Session) => events.session(handedOver(session.socket), session));
  if (tls !== undefined) {
    front.prependListener("secureConnection", (socket: TLSSocket) => {
      if (admits(tls, socket)) return;
      refused.add(handedOver(socket));
      // Not at once: who takes the socket over next expects an open one.
      process.nextTick(() => socket.destroy());
    });
  }
  return (socket) => {
    // Who closes a side of an encrypted connection closes it; HTTP/2 would go on with it as if nothing were.
    if (tls !== undefined) socket.allowHalfOpen = false;
    front.emit("connection", socket);
  };
}

/** The connection as it was accepted, which is the one below where TLS lies between. */
function handedOver(socket: Socket): Socket {
  return (socket as { _parent?: Socket })._parent ?? socket;
}
