// A Prometheus exporter for this system's CPU and memory usage, on http://localhost:9999.
import { createServer } from "node:http";
import { cpus, freemem, totalmem } from "node:os";
import { Gauge, register } from "@exporterkit/client";

const usage = new Gauge({
  name: "system_usage",
  help: "Usage of the system's CPU and memory, in percent.",
  labelNames: ["resource_type"],
});

let before = cpuTimes();
setInterval(() => {
  const now = cpuTimes();
  usage.set({ resource_type: "CPU" }, 100 * (1 - (now.idle - before.idle) / (now.total - before.total)));
  usage.set({ resource_type: "Memory" }, 100 * (1 - freemem() / totalmem()));
  before = now;
}, 1000);

const server = createServer(async (_request, response) => {
  response.setHeader("Content-Type", register.contentType).end(await register.metrics());
});
server.listen(Number(process.env["PORT"] ?? 9999), () => console.log("Serving metrics on", server.address()));

/** Milliseconds that the CPUs have spent since boot. */
function cpuTimes(): { idle: number; total: number } {
  const times = cpus().map((cpu) => cpu.times);
  return {
    idle: times.reduce((sum, { idle }) => sum + idle, 0),
    total: times.reduce((sum, { user, nice, sys, idle, irq }) => sum + user + nice + sys + idle + irq, 0),
  };
}
