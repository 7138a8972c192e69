import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { setImmediate } from "node:timers/promises";
import { Counter, register } from "@exporterkit/client";
import { httpMetrics, setRoute } from "@exporterkit/client/http";
import { measuredByHand } from "./by-hand.ts";
import { hello, type Variants } from "./server.ts";

export const variants: Variants = {
  async bare() {
    return createServer((_request, response) => {
      response.end(hello);
    });
  },

  async exporterkit() {
    return createServer(httpMetrics(sayHello));
  },

  /** The same with 100k series beside it. */
  async "exporterkit with 100k series"() {
    countMuch();
    return createServer(httpMetrics(sayHello));
  },

  /** The same with their bytes in one buffer. */
  async "exporterkit with a static buffer"() {
    countMuch();
    const { body } = await register.expose();
    const answer = httpMetrics(sayHello, { path: false });
    return createServer((request, response) => {
      if (request.url === "/metrics") void sendInPieces(response, body);
      else answer(request, response);
    });
  },

  async "prom-client by hand"() {
    const measure = measuredByHand();
    return createServer((request, response) => {
      measure(request, response);
      response.end(hello);
    });
  },
};

function sayHello(request: IncomingMessage, response: ServerResponse): void {
  setRoute(request, "/");
  response.end(hello);
}

function countMuch(): void {
  const counter = new Counter({ name: "work_total", help: "Work.", labelNames: ["a", "b"] });
  for (let i = 0; i < 100_000; i++) counter.inc({ a: i % 100, b: i });
}

async function sendInPieces(response: ServerResponse, body: Uint8Array): Promise<void> {
  response.writeHead(200, { "Content-Length": body.length });
  for (let at = 0; at < body.length; at += 1 << 16) {
    await new Promise((resolve) => response.write(body.subarray(at, at + (1 << 16)), resolve));
    await setImmediate();
  }
  response.end();
}
