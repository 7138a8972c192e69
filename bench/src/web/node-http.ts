import { createServer } from "node:http";
import { Counter } from "@exporterkit/client";
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
    const measure = measuredByHand();
    return createServer((request, response) => {
      measure(request, response);
      response.end(hello);
    });
  },
};
