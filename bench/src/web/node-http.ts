import { createServer } from "node:http";
import { Counter } from "@exporterkit/client";
import { httpMetrics, setRoute } from "@exporterkit/client/http";
import { Gauge, Histogram, register } from "prom-client";
import { byHand, hello, type Variants } from "./server.ts";

export const variants: Variants = {
  async bare() {
    return createServer((_request, response) => {
      response.end(hello);
    });
  },

  async exporterkit() {
    return createServer(
      httpMetrics((request, response) => {
        setRoute(request, "/");
        response.end(hello);
      }),
    );
  },

  /** The same with 100k series beside it. */
  async "exporterkit with 100k series"() {
    const counter = new Counter({ name: "work_total", help: "Work.", labelNames: ["a", "b"] });
    for (let i = 0; i < 100_000; i++) counter.inc({ a: i % 100, b: i });
    return createServer(
      httpMetrics((request, response) => {
        setRoute(request, "/");
        response.end(hello);
      }),
    );
  },

  async "prom-client by hand"() {
    const duration = new Histogram(byHand);
    const inFlight = new Gauge({ name: "http_requests_in_flight", help: "Requests that are being answered." });
    return createServer(async (request, response) => {
      if (request.url === "/metrics") {
        response.setHeader("Content-Type", register.contentType).end(await register.metrics());
        return;
      }
      inFlight.inc();
      const end = duration.startTimer();
      response.once("close", () => {
        inFlight.dec();
        end({ method: request.method ?? "", route: "/", status: response.statusCode });
      });
      response.end(hello);
    });
  },
};
