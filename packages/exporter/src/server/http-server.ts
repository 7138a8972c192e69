import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { ExporterError, messageOf } from "../exporter-error.ts";
import type { Logger } from "../logger.ts";
import { type Address, formatAddress } from "./address.ts";

/** An HTTP server that can be stopped without cutting off an answer. */
export class HttpServer {
  readonly #server: Server;
  /** The open connections, each with the number of its requests that are still to be answered. */
  readonly #connections = new Map<Socket, number>();

  /** `handle` answers a request; where it rejects, the client gets a plain 500 and the log gets the reason. */
  constructor(handle: (request: IncomingMessage, response: ServerResponse) => Promise<void>, logger: Logger) {
    this.#server = createServer({ headersTimeout: 10_000, requestTimeout: 20_000 }, (request, response) => {
      this.#track(request.socket, response);
      handle(request, response).catch((error: unknown) => {
        logger.error({ error: messageOf(error) }, "request failed");
        if (response.headersSent) response.destroy();
        else
          response.writeHead(500, { "Content-Type": "text/plain; charset=utf-8" }).end("Failed; the log says why.\n");
      });
    });
    this.#server.on("connection", (socket: Socket) => {
      this.#connections.set(socket, 0);
      socket.once("close", () => this.#connections.delete(socket));
    });
  }

  /** Listens, and resolves to the address it got. Rejects with an {@link ExporterError} that says why it cannot. */
  listen(address: Address): Promise<Address> {
    return new Promise((resolve, reject) => {
      this.#server.once("error", (error: NodeJS.ErrnoException) => reject(listenError(address, error)));
      this.#server.listen({ port: address.port, host: address.host }, () => {
        const { address: host, port } = this.#server.address() as AddressInfo;
        resolve({ host, port });
      });
    });
  }

  /**
   * Refuses new connections and resolves when every request in flight has been answered, or `graceSeconds` have passed and
   * those that are left were cut off.
   */
  stop(graceSeconds = 15): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => this.#server.closeAllConnections(), graceSeconds * 1000);
      this.#server.close(() => {
        clearTimeout(timer);
        resolve();
      });
      for (const [socket, unanswered] of this.#connections) if (unanswered === 0) socket.destroy();
    });
  }

  #track(socket: Socket, response: ServerResponse): void {
    this.#connections.set(socket, (this.#connections.get(socket) ?? 0) + 1);
    response.once("close", () => {
      if (!this.#connections.has(socket)) return;
      const unanswered = this.#connections.get(socket)! - 1;
      this.#connections.set(socket, unanswered);
      if (!this.#server.listening && unanswered === 0) socket.end();
    });
  }
}

const remedies: Readonly<Record<string, string>> = {
  EADDRINUSE: "the port is in use; stop the program that has it or choose another port",
  EACCES: "permission denied; choose a port above 1023 or run with the right to bind this one",
  EADDRNOTAVAIL: "no interface of this machine has that address; choose one that it has, or :port for all",
  ENOTFOUND: "that host name cannot be resolved; choose an address of this machine, or :port for all",
  EAI_AGAIN: "that host name cannot be resolved; choose an address of this machine, or :port for all",
};

function listenError(address: Address, error: NodeJS.ErrnoException): ExporterError {
  const remedy = remedies[error.code ?? ""] ?? error.message;
  return new ExporterError("listen_failed", `Cannot listen on ${formatAddress(address)}: ${remedy}.`);
}
