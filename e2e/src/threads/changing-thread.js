// Creates and removes series at random, as fast as it can. A number tells which series it belongs to.
import { parentPort, workerData } from "node:worker_threads";
import { Counter, Gauge, GaugeHistogram } from "@exporterkit/client";
import { shareMetrics } from "@exporterkit/client/worker-threads";

let state = workerData.seed;
/** A whole number below `end`. */
function random(end) {
  state = (Math.imul(state, 1664525) + 1013904223) | 0;
  return (state >>> 8) % end;
}

const labelNames = ["thread", "number"];
const gauge = new Gauge({ name: "number", help: "Its whole part is that of the label.", labelNames });
const counter = new Counter({ name: "counted_total", help: "Goes up by as much as the label says.", labelNames });
const spread = new GaugeHistogram({
  name: "spread",
  help: "As many values as the label says.",
  labelNames,
  buckets: [1],
});
shareMetrics({ collectSeconds: 0 });
parentPort.postMessage("sharing");
const thread = String(workerData.seed);
for (let i = 1; ; i++) {
  const number = 1 + random(200);
  const labels = { thread, number };
  switch (random(5)) {
    case 0:
      gauge.remove(labels);
      counter.remove(labels);
      spread.remove(labels);
      break;
    case 1:
      counter.inc(labels, number);
      break;
    case 2:
      spread.set(
        { thread, number: 1 + (number % 5) },
        Array.from({ length: 1 + (number % 5) }, () => random(500)),
      );
      break;
    default:
      gauge.set(labels, number + (i % 1000) / 1000);
  }
  if (i % 50_000 === 0) {
    gauge.reset();
    counter.reset();
  }
}
