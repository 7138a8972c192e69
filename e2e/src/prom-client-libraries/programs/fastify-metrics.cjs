const { takes } = require("./clock.cjs");
const fastify = require("fastify");
const metricsPlugin = require("fastify-metrics");
const report = require("./report.cjs");

async function main() {
  const app = fastify();
  await app.register(metricsPlugin, { endpoint: "/metrics" });
  const greetings = new app.metrics.client.Counter({ name: "greetings", help: "Greetings.", labelNames: ["language"] });
  app.get("/hello/:name", async (request) => {
    takes(60);
    greetings.inc({ language: request.query.language ?? "en" });
    return `Hello, ${request.params.name}`;
  });
  app.post("/orders", async (_request, reply) => {
    takes(700);
    return reply.code(201).send({ made: true });
  });
  app.get("/broken", async () => {
    throw new Error("This is meant to fail.");
  });
  app.get("/quiet", { config: { disableMetrics: true } }, async () => "quiet");

  const url = await app.listen({ port: 0, host: "127.0.0.1" });
  for (const name of ["ada", "bob", "cy"]) await report.fetchPage(`${url}/hello/${name}`);
  await report.fetchPage(`${url}/hello/dee?language=fr`);
  await report.fetchPage(`${url}/orders`, { method: "POST" });
  for (const path of ["/broken", "/quiet", "/missing"]) await report.fetchPage(url + path);
  await report.fetchPage(`${url}/hello/eve`, { method: "HEAD" });
  const { register } = app.metrics.client;
  const page = await report.ofPage(`${url}/metrics`);
  const before = await report.ofRegistry(register);
  register.clear();
  app.metrics.initMetricsInRegistry();
  await report.fetchPage(`${url}/hello/finn`);
  report.print({ page, before, cleared: await report.ofRegistry(register) });
}

void main();
