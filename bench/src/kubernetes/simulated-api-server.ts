// A process that answers as the API server of a large cluster does, over TLS. Its argument is the number of pods; it says its port and
// certificate in a line of JSON. A number of events on a line of its standard input, and how many a second, has so many pods
// change; it says when the last of them was sent.
import { once } from "node:events";
import type { ServerResponse } from "node:http";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { createInterface } from "node:readline";
import { setTimeout } from "node:timers/promises";
import { generate } from "selfsigned";
import { simulatedPod, simulatedPodMetrics } from "./simulated-pod.ts";

const pods = Number(process.argv[2]);
const watches = new Set<ServerResponse>();
let version = 1_000_000;

const altNames = [{ type: 7 as const, ip: "127.0.0.1" }];
const { private: key, cert } = await generate([{ name: "commonName", value: "kubernetes" }], {
  keyType: "ec",
  algorithm: "sha256",
  extensions: [
    { name: "basicConstraints", cA: true },
    { name: "subjectAltName", altNames },
  ],
});

const server = createServer({ key, cert }, (request, response) => {
  const url = new URL(request.url!, "https://localhost");
  response.setHeader("Content-Type", "application/json");
  if (url.searchParams.has("watch")) {
    watches.add(response);
    response.on("close", () => watches.delete(response));
    response.flushHeaders();
  } else if (url.pathname.startsWith("/apis/metrics.k8s.io/")) {
    const time = new Date().toISOString();
    void sendItems(response, '{"kind":"PodMetricsList","metadata":{},', 0, pods, (i) => simulatedPodMetrics(i, time));
  } else {
    const from = Number(url.searchParams.get("continue") ?? 0);
    const to = Math.min(pods, from + Number(url.searchParams.get("limit") ?? pods));
    const more = to < pods ? `,"continue":"${to}"` : "";
    const head = `{"kind":"PodList","apiVersion":"v1","metadata":{"resourceVersion":"${version}"${more}},`;
    void sendItems(response, head, from, to, (i) => simulatedPod(i, version));
  }
});

async function sendItems(
  response: ServerResponse,
  head: string,
  from: number,
  to: number,
  item: (i: number) => string,
): Promise<void> {
  response.write(`${head}"items":[`);
  for (let i = from; i < to; i += 100) {
    const items = Array.from({ length: Math.min(100, to - i) }, (_, at) => item(i + at));
    if (!response.write((i > from ? "," : "") + items.join(","))) await once(response, "drain");
  }
  response.end("]}\n");
}

async function sendEvents(events: number, perSecond: number): Promise<void> {
  const start = performance.now();
  for (let sent = 0; sent < events;) {
    const due = Math.min(events, Math.ceil(((performance.now() - start) / 1000) * perSecond));
    for (; sent < due; sent++) {
      const pod = simulatedPod((sent * 7919) % pods, ++version);
      const line = `{"type":"MODIFIED","object":{"kind":"Pod","apiVersion":"v1",${pod.slice(1)}}\n`;
      for (const watch of watches) watch.write(line);
    }
    await setTimeout(20);
  }
  console.log("sent");
}

server.listen(0, "127.0.0.1");
await once(server, "listening");
console.log(JSON.stringify({ port: (server.address() as AddressInfo).port, cert }));
for await (const line of createInterface(process.stdin)) {
  const [events, perSecond] = line.split(" ").map(Number);
  await sendEvents(events!, perSecond!);
}
process.exit();
