import { type Collector, defineCollector } from "exporterkit";

/** What the page says, by name. */
const page =
  /^Active connections: (?<active>\d+)\s+server accepts handled requests\s+(?<accepted>\d+) (?<handled>\d+) (?<requests>\d+)\s+Reading: (?<reading>\d+) Writing: (?<writing>\d+) Waiting: (?<waiting>\d+)/;

/** The metrics of an nginx, from the page that its module stub_status makes at `url`. */
export function nginxCollector(url: string): Collector {
  return defineCollector({
    name: "nginx",
    async collect(scrape) {
      const response = await fetch(url, { signal: scrape.signal });
      if (!response.ok) throw new Error(`${url} answered ${response.status}`);
      const status = page.exec(await response.text())?.groups;
      if (status === undefined) throw new Error(`${url} is not a page of stub_status`);

      const total = (name: string, help: string, key: string): void =>
        scrape.counter({ name, help }).setTotal(Number(status[key]));
      total("nginx_connections_accepted_total", "Connections that clients opened.", "accepted");
      total("nginx_connections_handled_total", "Connections that were not dropped for a limit.", "handled");
      total("nginx_http_requests_total", "Requests of clients.", "requests");

      const connections = scrape.gauge({
        name: "nginx_connections",
        help: "Connections of clients that are open, by what they do.",
        labelNames: ["state"],
      });
      for (const state of ["reading", "writing", "waiting"]) connections.set({ state }, Number(status[state]));
    },
  });
}
