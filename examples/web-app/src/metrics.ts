import { Counter, Gauge } from "@exporterkit/client";

/** How long the last page took. */
export const lastResponse: Gauge = new Gauge({
  name: "last_response_seconds",
  help: "Time that the last page took, in seconds.",
});

/** How long the application has been up, worked out at each scrape. */
export const uptime: Counter = new Counter({
  name: "uptime_seconds_total",
  help: "Time that the application has been up, in seconds.",
  collect() {
    this.setTotal(process.uptime());
  },
});
