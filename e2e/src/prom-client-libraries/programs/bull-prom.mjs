import { takes } from "./clock.cjs";
import Queue from "bull";
import * as bullProm from "bull-prom";
import promClient from "prom-client";
import report from "./report.cjs";

const redis = { path: process.argv[2] };
const queue = new Queue("letters", { redis, prefix: "{post}" });
const other = new Queue("parcels", { redis });
const bullMetric = bullProm.init({ promClient, interval: 20 });
const started = bullMetric.start(queue);

const jobs = 5;
const settled = new Promise((resolve) => {
  let left = jobs;
  const settle = () => {
    left -= 1;
    if (left === 0) resolve();
  };
  queue.on("completed", settle).on("failed", settle);
});
void queue.process(async (job) => {
  takes(job.data.milliseconds);
  if (job.data.milliseconds > 100) throw new Error("This is meant to fail.");
  return "sent";
});
await other.add({ waiting: true });
await other.add({ waiting: true }, { delay: 86_400_000 });
for (const milliseconds of [10, 20, 40, 80, 160]) await queue.add({ milliseconds });
await settled;

/** The value that a gauge has for a queue. */
async function current(name, queueName) {
  const { values } = await promClient.register.getSingleMetric(name).get();
  return values.find(({ labels }) => labels["queue_name"] === queueName)?.value;
}

/** Waits until the library has asked Redis again. */
async function until(name, queueName, value) {
  while ((await current(name, queueName)) !== value) await new Promise((resolve) => setTimeout(resolve, 20));
}

await until("jobs_completed_total", "letters", 4);
await until("jobs_failed_total", "letters", 1);
await until("jobs_active_total", "letters", 0);
// Only now, so that its series come second.
const startedOther = bullMetric.start(other);
await until("jobs_waiting_total", "parcels", 1);
await until("jobs_delayed_total", "parcels", 1);
started.stop();
startedOther.stop();
const running = await report.ofRegistry(promClient.register);
startedOther.remove();
report.print({ running, removed: await report.ofRegistry(promClient.register) });
