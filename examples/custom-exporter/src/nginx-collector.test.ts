import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { compareExposition } from "@exporterkit/client/testing";
import { collectOnce } from "exporterkit/testing";
import { afterEach, beforeEach, expect, it } from "vitest";
import { nginxCollector } from "./nginx-collector.ts";

let nginx: Server;
let answer: string;
let url: string;
beforeEach(async () => {
  nginx = createServer((_request, response) => response.end(answer)).listen(0, "127.0.0.1");
  await once(nginx, "listening");
  url = `http://127.0.0.1:${(nginx.address() as AddressInfo).port}/stub_status`;
});
afterEach(() => nginx.close());

it("exposes what the page says", async () => {
  answer = "Active connections: 3 \nserver accepts handled requests\n 16 15 42 \nReading: 0 Writing: 1 Waiting: 2 \n";
  await compareExposition(
    await collectOnce(nginxCollector(url)),
    `
      # HELP nginx_connections Connections of clients that are open, by what they do.
      # TYPE nginx_connections gauge
      nginx_connections{state="reading"} 0
      nginx_connections{state="writing"} 1
      nginx_connections{state="waiting"} 2
      # HELP nginx_connections_accepted_total Connections that clients opened.
      # TYPE nginx_connections_accepted_total counter
      nginx_connections_accepted_total 16
      # HELP nginx_connections_handled_total Connections that were not dropped for a limit.
      # TYPE nginx_connections_handled_total counter
      nginx_connections_handled_total 15
      # HELP nginx_http_requests_total Requests of clients.
      # TYPE nginx_http_requests_total counter
      nginx_http_requests_total 42
    `,
  );
});

it("fails where the page is another", async () => {
  answer = "Welcome to nginx!";
  await expect(collectOnce(nginxCollector(url))).rejects.toThrow("is not a page of stub_status");
});
