const { takes } = require("./clock.cjs");
const CircuitBreaker = require("opossum");
const PrometheusMetrics = require("opossum-prometheus");
const { Registry, register } = require("prom-client");
const report = require("./report.cjs");

async function shop(milliseconds) {
  takes(milliseconds);
  if (milliseconds > 100) throw new Error("This is meant to fail.");
  return milliseconds;
}

async function main() {
  const options = { errorThresholdPercentage: 50, resetTimeout: 60_000 };
  const stock = new CircuitBreaker(shop, { ...options, name: "stock" });
  const prices = new CircuitBreaker(shop, { ...options, name: "the prices" });
  const late = new CircuitBreaker(shop, { ...options, name: "late", cache: true });
  const prometheus = new PrometheusMetrics({ circuits: [stock, prices] });
  prometheus.add([late]);
  const registry = new Registry();
  const own = new CircuitBreaker(shop, { ...options, name: "own" });
  const ownMetrics = new PrometheusMetrics({ circuits: own, registry, metricPrefix: "shop_" });
  const bare = new Registry();
  new PrometheusMetrics({ circuits: own, registry: bare, exposePerformanceMetrics: false });

  prices.fallback(() => "from the catalogue");
  for (const milliseconds of [5, 10, 20, 40, 80]) await stock.fire(milliseconds);
  // Fails until the breaker opens, and is then rejected.
  for (let i = 0; i < 4; i += 1) await prices.fire(200);
  for (let i = 0; i < 3; i += 1) await late.fire(7);
  await own.fire(33);
  await own.fire(333).catch(() => {});

  const told = { contentType: prometheus.client.register.contentType, text: await prometheus.metrics };
  const registers = { register: await report.ofRegistry(register), own: await report.ofRegistry(registry) };
  const withoutPerformance = await report.ofRegistry(bare);
  ownMetrics.clear();
  report.print({ told, ...registers, withoutPerformance, cleared: await report.ofRegistry(registry) });
}

void main();
