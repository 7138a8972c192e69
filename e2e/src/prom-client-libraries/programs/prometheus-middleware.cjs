const { takes } = require("./clock.cjs");
const http = require("node:http");
const { once } = require("node:events");
const opentelemetry = require("@opentelemetry/api");
const APM = require("prometheus-middleware");
const report = require("./report.cjs");

const context = opentelemetry.trace.setSpanContext(opentelemetry.ROOT_CONTEXT, {
  traceId: "0af7651916cd43dd8448eb211c80319c",
  spanId: "b7ad6b7169203331",
  traceFlags: 1,
});
opentelemetry.context.setGlobalContextManager({ active: () => context });

async function main() {
  // As it comes from the environment; the system picks a port.
  const apm = new APM({ PORT: "0", PROM_CLIENT_CONF: { labels: { service: "shop" } } });
  apm.init();
  const server = http.createServer((request, response) => {
    takes(request.url.length * 10);
    response.statusCode = request.url.startsWith("/missing") ? 404 : 200;
    response.end("ok");
  });
  server.listen(0);
  await Promise.all([apm.server, server].map((one) => once(one, "listening")));

  const url = `http://127.0.0.1:${server.address().port}`;
  for (const path of ["/", "/items/12345", "/items/98765?sort=up", "/missing/1"]) await report.fetchPage(url + path);
  const page = await report.ofPage(`http://127.0.0.1:${apm.server.address().port}/metrics`);
  report.print({ page, register: await report.ofRegistry(apm.client.register) });
}

void main();
