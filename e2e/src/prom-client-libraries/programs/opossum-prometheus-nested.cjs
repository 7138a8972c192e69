const { takes } = require("./clock.cjs");
const CircuitBreaker = require("opossum");
const PrometheusMetrics = require("opossum-prometheus");
const { Gauge, Registry } = require("prom-client");
const report = require("./report.cjs");

async function shop(milliseconds) {
  takes(milliseconds);
  if (milliseconds > 100) throw new Error("This is meant to fail.");
}

async function main() {
  const registry = new Registry();
  registry.setDefaultLabels({ app: "shop" });
  new Gauge({ name: "stock", help: "Things in stock.", labelNames: ["kind"], registers: [registry] }).set(
    { kind: "a" },
    3,
  );
  const circuit = new CircuitBreaker(shop, { name: "shop" });
  // Its metrics are of the prom-client that the library has, and the registry is of the one that this program has.
  new PrometheusMetrics({ circuits: [circuit], registry });
  for (const milliseconds of [10, 30, 50]) await circuit.fire(milliseconds);
  await circuit.fire(300).catch(() => {});
  report.print({ registry: await report.ofRegistry(registry), again: await report.ofRegistry(registry) });
}

void main();
