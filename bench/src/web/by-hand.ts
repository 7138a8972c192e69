import type { IncomingMessage, ServerResponse } from "node:http";
import { Gauge, Histogram } from "prom-client";

/** The metrics that ours counts, of prom-client. */
export function metricsByHand(): { duration: Histogram<"method" | "route" | "status">; inFlight: Gauge } {
  const duration = new Histogram({
    name: "http_request_duration_seconds",
    help: "Time to answer HTTP requests.",
    labelNames: ["method", "route", "status"],
    buckets: [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10],
  });
  const inFlight = new Gauge({ name: "http_requests_in_flight", help: "Requests that are being answered." });
  return { duration, inFlight };
}

/** What is written by hand on node:http. */
export function measuredByHand(): (request: IncomingMessage, response: ServerResponse) => void {
  const { duration, inFlight } = metricsByHand();
  return (request, response) => {
    inFlight.inc();
    const end = duration.startTimer();
    response.once("close", () => {
      inFlight.dec();
      end({ method: request.method ?? "", route: "/", status: response.statusCode });
    });
  };
}
