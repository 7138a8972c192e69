import { Counter, Gauge, GaugeHistogram, Histogram, Info, StateSet, Summary, Unknown } from "@exporterkit/client";
import { onceIn, pick, random, randomValue } from "./random.js";

const labelNames = ["kind", "key"];
const kinds = ["", 'quote " and \\', "new\nline", "花火"];
const states = ["on", "off", "o dd"];
/** Series that stay as long as nothing resets them. */
const lasting = Array.from({ length: 200 }, (_, i) => ({ kind: kinds[i % kinds.length], key: `lasting ${i}` }));
const mostPassing = 400;
let passed = 0;

/** A metric of each kind, each with what writes to it, calls of its own included. */
export function soakMetrics(registry) {
  const options = (name) => ({ name, help: `A "${name}".`, labelNames, registers: [registry] });
  const counter = new Counter({ ...options("counted_total"), expireAfterSeconds: 40 });
  const gauge = new Gauge({ ...options("gauge"), maxSeries: 500 });
  const histogram = new Histogram({
    ...options("took_seconds"),
    unit: "seconds",
    buckets: [0.5, 20],
    expireAfterSeconds: 60,
  });
  const native = new Histogram({ ...options("native"), native: { maxBuckets: 12, minResetSeconds: 30 }, buckets: [1] });
  const summary = new Summary({ ...options("summary"), quantiles: [0.5, 0.99], maxAgeSeconds: 30 });
  const gaugeHistogram = new GaugeHistogram({ ...options("sizes"), buckets: [1, 100] });
  const unknown = new Unknown({ ...options("unknown"), collect: async () => unknown.set(lasting[0], Date.now()) });
  const info = new Info(options("build_info"));
  const stateSet = new StateSet({ ...options("state"), states });
  return [
    new Population(
      counter,
      (labels) => counter.inc(labels, finite(), exemplar()),
      (series) => series.inc(finite()),
    ),
    new Population(
      gauge,
      (labels) => gauge.set(labels, randomValue()),
      (series) => series.dec(finite()),
    ),
    new Population(
      histogram,
      (labels) => histogram.observe(labels, randomValue(), exemplar()),
      (series) => series.observe(random(100) / 16, exemplar()),
    ),
    new Population(
      native,
      (labels) => native.observe(labels, randomValue() - 40, exemplar()),
      (series) => series.observe(finite()),
    ),
    new Population(
      summary,
      (labels) => summary.observe(labels, finite()),
      (series) => series.observe(finite()),
    ),
    new Population(gaugeHistogram, (labels) => gaugeHistogram.set(labels, [random(9), random(900)])),
    new Population(unknown, (labels) => unknown.set(labels, randomValue())),
    new Population(info, (labels) => info.add(labels)),
    new Population(stateSet, (labels) => stateSet.toggle(labels, pick(states), onceIn(2))),
  ];
}

function finite() {
  return Math.min(randomValue(), Number.MAX_SAFE_INTEGER);
}

function exemplar() {
  return onceIn(4) ? { trace_id: String(random(10 ** 9)) } : undefined;
}

/** A metric whose series come and go: some last, and others pass. */
class Population {
  #metric;
  #write;
  #writeBound;
  /** Series that are held on to, whether they are there or not. */
  #bound = [];
  #passing = [];
  /** A reset forgets what was forgotten to be forgotten, so that some never have one. */
  #isReset = onceIn(2);

  constructor(metric, write, writeBound) {
    this.#metric = metric;
    this.#write = write;
    this.#writeBound = writeBound;
    if (writeBound !== undefined) this.#bound = lasting.map((labels) => metric.labels(labels));
  }

  /** Does something to it, mostly to many series. Returns how many operations that were. */
  act() {
    if (this.#isReset && onceIn(400)) this.#metric.reset();
    else if (onceIn(100)) this.#metric.removeMatching({ kind: pick(kinds) });
    else if (onceIn(5)) return this.#pass();
    else if (this.#writeBound !== undefined && onceIn(2))
      return this.#repeat(() => this.#writeBound(pick(this.#bound)));
    else return this.#repeat(() => this.#write(pick(lasting)));
    return 1;
  }

  /** Leaves it with the series that last, and no others. */
  settle() {
    for (const labels of this.#passing.splice(0)) this.#metric.remove(labels);
    for (const labels of lasting) this.#write(labels);
  }

  /** Makes new series, in the place of as many that go. */
  #pass() {
    const count = 1 + random(mostPassing);
    const excess = Math.max(0, this.#passing.length + count - mostPassing);
    for (const labels of this.#passing.splice(0, excess)) this.#metric.remove(labels);
    for (let i = 0; i < count; i++) {
      const labels = { kind: pick(kinds), key: `passing ${passed++} ${"x".repeat(random(40))}` };
      this.#write(labels);
      if (this.#writeBound !== undefined) this.#writeBound(this.#metric.labels(labels));
      this.#passing.push(labels);
    }
    return excess + count * 2;
  }

  #repeat(write) {
    const times = 1 + random(400);
    for (let i = 0; i < times; i++) write();
    return times;
  }
}
