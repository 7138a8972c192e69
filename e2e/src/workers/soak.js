// Works a registry hard, in phases that are alike, and tells its parent after each what it did and what memory is in use:
// `node --expose-gc soak.js <seconds of a phase> <phases> <seed>`. It fails where a scrape is wrong.
import { setImmediate } from "node:timers/promises";
import { Gauge, Registry } from "@exporterkit/client";
import { elapsedSeconds, setForward } from "./soak/clock.js";
import { isMeant, SoakCollectors } from "./soak/collectors.js";
import { soakMetrics } from "./soak/metrics.js";
import { onceIn, pick, random, seedRandom } from "./soak/random.js";
import { Scrapes } from "./soak/scrapes.js";

// Twice that is longer than what is no longer asked for is kept.
const longTime = 400;

const [phaseSeconds, phases, seed] = process.argv.slice(2).map(Number);
seedRandom(seed);
const faults = [];
const registry = new Registry({
  createdLines: true,
  collectTimeoutSeconds: 0.02,
  onCollectError(error) {
    if (!isMeant(error)) faults.push(error);
  },
});
const populations = soakMetrics(registry);
const collectors = new SoakCollectors(registry);
const scrapes = new Scrapes(registry);
const done = { operations: 0, scrapes: 0 };

for (let phase = 1; phase <= phases; phase++) {
  while (elapsedSeconds() < phase * phaseSeconds) await step();
  await settle();
  await scrapes.check();
  process.send({ ...done, ...(await memory()) });
}
process.disconnect();

async function step() {
  for (let i = 0; i < 80; i++) done.operations += pick(populations).act();
  if (onceIn(4)) collectors.change();
  if (onceIn(10)) setForward(random(60));
  scrapes.setDefaultLabels(onceIn(10) ? { zone: String(random(1e6)), site: "é" } : {});
  if (onceIn(3)) comeAndGo();
  collectors.isFailing = onceIn(20);
  collectors.isHanging = onceIn(200);
  done.scrapes++;
  await scrapes.scrape();
  if (faults.length > 0) throw faults[0];
}

/** A metric that is registered, exposed or not, and taken out again. */
function comeAndGo() {
  const name = `passing_${random(20)}`;
  if (registry.getSingleMetric(name) === undefined) {
    new Gauge({ name, help: "Comes and goes.", registers: [registry], collect() {} }).set(random(100));
  } else registry.removeSingleMetric(name);
}

/** Brings the registry to where it is after each phase, so that the memory in use can be compared. */
async function settle() {
  collectors.isFailing = false;
  collectors.isHanging = false;
  await scrapes.settle();
  for (let i = 0; i < 20; i++) registry.removeSingleMetric(`passing_${i}`);
  scrapes.setDefaultLabels({});
  setForward(longTime);
  for (const population of populations) population.settle();
  await scrapes.check();
  setForward(longTime);
  for (const population of populations) population.settle();
}

async function memory() {
  for (let i = 0; i < 4; i++) {
    globalThis.gc();
    await setImmediate();
  }
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return { heapUsed, arrayBuffers };
}
