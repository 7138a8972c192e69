const { takes } = require("./clock.cjs");
const express = require("express");
const promBundle = require("express-prom-bundle");
const { register } = require("prom-client");
const report = require("./report.cjs");

const app = express();
app.get("/status", (_request, response) => response.send("i am healthy"));
app.use(
  promBundle({
    includeMethod: true,
    includePath: true,
    customLabels: { project_name: "hello_world", tenant: null },
    transformLabels: (labels, request) => Object.assign(labels, { tenant: request.headers["x-tenant"] ?? "none" }),
    normalizePath: [["^/customer/.*", "/customer/#name"]],
    urlValueParser: { minHexLength: 5, extraMasks: ["ORD[0-9]{5,}"] },
    promClient: { collectDefaultMetrics: {} },
  }),
);
app.get("/hello", (_request, response) => {
  takes(7.5);
  response.send("ok");
});
app.post("/orders/:order", (_request, response) => {
  takes(120);
  response.status(201).send("made");
});
app.get("/customer/:name", (_request, response) => {
  takes(1600);
  response.send("they");
});
app.get("/broken", () => {
  takes(31);
  throw new Error("This is meant to fail.");
});
app.use((_error, _request, response, _next) => response.status(500).send("failed"));

const server = app.listen(0, async () => {
  const url = `http://127.0.0.1:${server.address().port}`;
  for (let i = 0; i < 3; i += 1) await report.fetchPage(`${url}/hello`);
  await report.fetchPage(`${url}/hello`, { headers: { "x-tenant": 'a "b"\\c' } });
  await report.fetchPage(`${url}/status`);
  await report.fetchPage(`${url}/orders/ORD123456`, { method: "POST", body: "{}" });
  await report.fetchPage(`${url}/orders/ORD654321`, { method: "POST", body: "{}" });
  await report.fetchPage(`${url}/customer/johnbobson`);
  await report.fetchPage(`${url}/broken`);
  await report.fetchPage(`${url}/nowhere/12345`);
  report.print({ page: await report.ofPage(`${url}/metrics`), register: await report.ofRegistry(register) });
});
